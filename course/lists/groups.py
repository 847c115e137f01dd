"""Images that belong together although their pixels differ: versions made beforehand, images of
one patient, plant or video. They are recognised by their names, or named by a column."""
import re
from collections import Counter, defaultdict

END = r'\.[A-Za-z0-9]+$'
CHANGES = (r'[hv]?[_ -]?flip(?:ped)?(?:[_ -]?(?:h|v|lr|ud))?|mirror(?:ed)?'
           r'|rot(?:ated?|ation)?[_ -]?-?[0-9]*'
           r'|aug(?:mented|mentation)?|blur(?:red)?|nois[ey]|bright(?:ness|er)?|dark(?:er)?|contrast'
           r'|crop(?:ped)?|zoom(?:ed)?|shear(?:ed)?|copy|kopie|copie|copia')
# names that a tool makes of the name of a source, which need not be there any more
MADE = [re.compile(pattern + END, re.IGNORECASE) for pattern in (
    r'(.+?)(?:_(?:jpe?g|png|bmp|webp))?\.rf\.[0-9a-f]{16,}',                     # Roboflow
    r'.*?_original_(.+?)(?:\.[a-z]+)?_[0-9a-f]{8}-[0-9a-f-]{27}',               # Augmentor
    r'aug(?:mented)?[_-](.+?)_[0-9]+_[0-9]+')]                                  # Keras
# names that people give; they count where the source is there
GIVEN = [re.compile(pattern + END, re.IGNORECASE) for pattern in (
    rf'(?:{CHANGES})[0-9]*[_ -]+(.+?)',
    rf'(.+?)(?:[_ -]+(?:{CHANGES})[_ -]?[0-9]*(?: ?\([0-9]+\))?)+',
    r'(.+?) ?\([0-9]\)')]      # a second download; without the first it is a number as any
SEVERAL = re.compile(r'(?i)(patient|pat|person|subject|subj|case|video|vid|plant|specimen|animal'
                     r'|sequence|seq)[ _-]?([0-9]+)')
ADVICE_SHARE = 0.5      # of the images that have such a name, for a word about it


def source_of(file_name, files=()):
    """The name that a version was made from: 'Y1' for 'aug_Y1_0_2052.jpg', and for 'Y1_flip.jpg' if
    Y1 is in `files`, names without their endings; None for any other."""
    made = next((found[1] for kind in MADE if (found := kind.fullmatch(file_name))), None)
    return made or next((found[found.lastindex] for kind in GIVEN
                         if (found := kind.fullmatch(file_name))
                         and found[found.lastindex] in files), None)


def group_by_names(entries):
    """(entries with their groups, names that are versions). Versions are grouped with each other
    and with the file they were made from, in their class, whatever folder it lies in."""
    files = defaultdict(set)
    for e in entries:
        files[e.label].add(re.sub(END, '', e.file_name))
    sources = [source_of(e.file_name, files[e.label]) for e in entries]
    keys = [f'{e.label}/{source or re.sub(END, "", e.file_name)}'
            for e, source in zip(entries, sources)]
    with_versions = Counter(key for key, source in zip(keys, sources) if source)
    of = Counter(key for key in keys if key in with_versions)
    grouped = [e._replace(group=key) if of[key] > 1 else e for e, key in zip(entries, keys)]
    return grouped, [e.name for e, source in zip(grouped, sources) if source and e.group]


def group_by_pattern(entries, pattern):
    """(entries with their groups, number of names that the pattern does not fit). What the first
    parenthesis finds in the name below the split's folder names the group."""
    try:
        pattern = re.compile(pattern)
    except re.error as error:
        raise ValueError(f'--group {pattern} is not a regular expression: {error}') from error
    if not pattern.groups:
        raise ValueError(f'--group {pattern.pattern} has no parenthesis that names the group; '
                         r"for instance '(patient\d+)'")
    grouped = [e._replace(group=found[1] if (found := pattern.search(e.below)) else None)
               for e in entries]
    n_alone = sum(e.group is None for e in grouped)
    if entries and n_alone == len(entries):
        raise ValueError(f'--group {pattern.pattern} fits none of the {len(entries)} names, for '
                         f'instance {entries[0].below}')
    return grouped, n_alone


def advice_on_groups(entries):
    """A sentence where the names look like several images of one patient or plant; or None."""
    found = [word for e in entries if (word := SEVERAL.search(e.below))]
    of = defaultdict(set)
    for word in found:
        of[word[1]].add(word[2])
    for word, numbers in of.items():
        n = sum(hit[1] == word for hit in found)
        if n >= ADVICE_SHARE * len(entries) and n >= 1.5 * len(numbers):
            return (f'{n} names hold "{word}" and one of {len(numbers)} numbers. If images with '
                    f"the same number belong together: --group '({word}[ _-]?[0-9]+)'")
    return None
