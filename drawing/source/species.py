"""The proportions of many mammals, none of them a cat, a dog or of their families.

A species is a set of changes to BASE, perhaps by way of a group.  Lengths of the body are in the
model's unit (a trunk is about one), those of the head in half-widths of the skull.
"""

# length, legs ... head: as in animals.dog_build.    arms: share of the forelegs' length.
# tail, tail_widths: length (0: none) and half-widths; tail_flat: width / height of the tail.
# rise: how the tail is held, from hanging (-1.2) to upright (2).
# arch: how far the back rises.  carry: how far the head sits forward and up of its usual place.
# nod: how far the face points down (radians).  mane: half-width of a crest along the neck.
# poses: share of standing, sitting, lying, resting.   humps: (place 0..1, height, radius).
# spines: number and length.  bands: number of rings of armour.
# skull: half length, height and width.  cheek: radius.  muzzle: reach, half-width at the root and
# at the tip, height of the tip.  broad: width / height of the muzzle.  jaw: depth of the chin.
# nose: radii; nose_part: how it is coloured.
# ear: outline, length, width, place (0 top, 1.57 side), lean (0 up, 1.57 sideways, 3 hanging).
# eye: size, height, distance from the middle; pupil: share of the iris.
BASE = dict(
    length=0.95, legs=0.36, rump=0.18, waist=0.17, chest=0.18, narrow=0.95, thigh=0.12, shin=0.055,
    paw=0.065, neck=0.1, neck_width=0.13, head=0.18, arms=1.0, tail=0.5,
    tail_widths=(0.05, 0.045, 0.04, 0.03), tail_flat=1.0, rise=(-0.7, 1.0), arch=0.0,
    carry=(0.0, 0.0), nod=0.0, mane=0.0, poses=(0.35, 0.3, 0.2, 0.15), humps=(), spines=(0, 0.0),
    bands=0, skull=(0.92, 0.86, 0.92), cheek=0.45, muzzle=(1.2, 0.45, 0.26, -0.3), broad=1.0,
    jaw=1.0, nose=(0.09, 0.09, 0.13), nose_part='nose', ear=('round', 0.6, 1.0, 0.8, 0.7),
    eye=(0.16, 0.15, 0.5), pupil=0.7, whiskers=0.0, horns=())


def kind(base, **changes):
    """A species (dict): another one with changes."""
    return {**base, **changes}


RODENT = kind(
    BASE, length=0.68, legs=0.14, rump=0.24, waist=0.23, chest=0.19, thigh=0.13, shin=0.04,
    paw=0.05, neck=0.02, neck_width=0.16, head=0.18, arch=0.06, arms=0.7, skull=(1.0, 0.85, 0.85),
    muzzle=(1.3, 0.5, 0.2, -0.28), nose=(0.07, 0.07, 0.09), nose_part='inner_ear',
    eye=(0.18, 0.18, 0.62), pupil=0.95, whiskers=1.0)
RABBIT = kind(
    RODENT, length=0.72, legs=0.18, rump=0.25, waist=0.22, chest=0.17, tail=0.1,
    tail_widths=(0.08, 0.09, 0.09, 0.07), muzzle=(1.05, 0.5, 0.3, -0.28), cheek=0.48,
    ear=('long', 2.3, 0.62, 0.35, 0.2), eye=(0.2, 0.16, 0.66))
BEAR = kind(
    BASE, legs=0.36, rump=0.25, waist=0.25, chest=0.25, thigh=0.17, shin=0.1, paw=0.11, neck=0.06,
    neck_width=0.2, head=0.21, tail=0.06, tail_widths=(0.05, 0.06, 0.05, 0.04), arch=0.05,
    skull=(0.95, 0.9, 1.0), muzzle=(1.35, 0.5, 0.33, -0.32), nose=(0.13, 0.14, 0.2),
    ear=('round', 0.5, 1.1, 0.82, 0.7), eye=(0.11, 0.16, 0.4))
WEASEL = kind(
    BASE, length=1.2, legs=0.17, rump=0.14, waist=0.13, chest=0.13, thigh=0.09, shin=0.045,
    paw=0.055, neck=0.1, neck_width=0.12, head=0.15, tail=0.5, arch=0.05,
    tail_widths=(0.05, 0.055, 0.05, 0.03), rise=(-0.8, 0.4), skull=(1.05, 0.72, 0.92),
    muzzle=(1.1, 0.48, 0.27, -0.25), ear=('round', 0.35, 1.25, 1.05, 1.0), eye=(0.15, 0.12, 0.48),
    pupil=0.9, whiskers=1.0)
MONKEY = kind(
    BASE, length=0.8, legs=0.5, rump=0.15, waist=0.14, chest=0.17, thigh=0.1, shin=0.05, paw=0.06,
    neck=0.08, neck_width=0.11, head=0.19, tail=1.0, tail_widths=(0.04, 0.035, 0.035, 0.03),
    skull=(0.9, 1.0, 0.9), muzzle=(0.9, 0.4, 0.3, -0.4), cheek=0.4, nose=(0.05, 0.07, 0.14),
    ear=('round', 0.4, 1.2, 1.5, 1.4), eye=(0.15, 0.1, 0.27))
HOOFED = kind(
    BASE, legs=0.55, rump=0.2, waist=0.2, chest=0.21, narrow=0.85, thigh=0.13, shin=0.045,
    paw=0.055, neck=0.24, neck_width=0.11, head=0.14, tail=0.35, tail_widths=(.03, .02, .02, .05),
    rise=(-1.3, -0.8), nod=0.35, poses=(0.72, 0.0, 0.16, 0.12), skull=(1.0, 0.85, 0.85), cheek=0.4,
    muzzle=(2.0, 0.52, 0.34, -0.35), broad=0.85, nose=(0.1, 0.13, 0.24),
    ear=('leaf', 0.95, 0.85, 1.0, 1.15), eye=(0.15, 0.24, 0.68), pupil=0.9)
COW = kind(
    HOOFED, legs=0.42, rump=0.24, waist=0.27, chest=0.26, shin=0.06, thigh=0.15, neck=0.14,
    neck_width=0.17, head=0.16, tail=0.55, muzzle=(1.75, 0.6, 0.48, -0.3), broad=1.05,
    nose=(0.12, 0.2, 0.36), ear=('leaf', 0.95, 1.0, 1.25, 1.6), horns=('bull',))
PIG = kind(
    BASE, legs=0.26, rump=0.25, waist=0.26, chest=0.24, thigh=0.13, shin=0.06, paw=0.06, neck=0.05,
    neck_width=0.2, head=0.19, tail=0.3, tail_widths=(0.025, 0.025, 0.02, 0.02), rise=(0.3, 1.3),
    skull=(0.95, 0.85, 0.85), muzzle=(1.45, 0.5, 0.34, -0.32), nose=(0.12, 0.3, 0.34),
    nose_part='inner_ear', ear=('pointed', 0.95, 0.9, 0.7, 0.75), eye=(0.11, 0.2, 0.5), pupil=0.9,
    poses=(0.6, 0.1, 0.18, 0.12))
GIANT = kind(
    BASE, length=1.0, legs=0.34, rump=0.31, waist=0.33, chest=0.31, thigh=0.17, shin=0.11,
    paw=0.12, neck=0.04, neck_width=0.25, head=0.2, tail=0.3, tail_widths=(.03, .025, .02, .03),
    rise=(-1.3, -0.9), eye=(0.1, 0.2, 0.62), pupil=0.9, poses=(0.75, 0.0, 0.15, 0.1))
SNOUTED = kind(
    BASE, legs=0.26, rump=0.21, waist=0.2, chest=0.17, neck=0.08, neck_width=0.12, head=0.14,
    nod=0.2, arch=0.08, tail=0.6, tail_widths=(0.1, 0.08, 0.05, 0.02), rise=(-1.0, -0.2),
    skull=(1.0, 0.75, 0.75), cheek=0.35, muzzle=(2.6, 0.5, 0.2, -0.5),
    ear=('leaf', 1.5, 0.75, 0.5, 0.4), eye=(0.12, 0.15, 0.6), pupil=0.9)
SEAL = kind(
    BASE, length=1.15, legs=0.2, rump=0.12, waist=0.24, chest=0.23, thigh=0.07, shin=0.06,
    paw=0.08, neck=0.08, neck_width=0.18, head=0.18, arms=0.55, tail=0.25, tail_flat=3.0,
    tail_widths=(0.05, 0.05, 0.06, 0.05), rise=(-0.3, 0.3), skull=(1.0, 0.85, 0.95),
    muzzle=(1.0, 0.45, 0.32, -0.3), broad=1.2, ear=None, eye=(0.24, 0.15, 0.48), pupil=0.95,
    whiskers=1.0, poses=(0.0, 0.0, 0.7, 0.3))

BEASTS = {
    'rabbit': RABBIT,
    'hare': kind(RABBIT, length=0.8, legs=0.36, rump=0.19, waist=0.16, neck=0.08, head=0.15,
                 neck_width=0.11, thigh=0.15, ear=('long', 3.0, 0.6, 0.3, 0.12),
                 muzzle=(1.35, 0.48, 0.27, -0.3)),
    'lop_rabbit': kind(RABBIT, ear=('long', 2.2, 0.85, 0.95, 3.0), head=0.2),
    'mouse': kind(RODENT, head=0.17, tail=1.0, tail_widths=(0.022, 0.02, 0.017, 0.01),
                  ear=('round', 1.15, 1.25, 0.8, 0.8), muzzle=(1.5, 0.48, 0.15, -0.3)),
    'rat': kind(RODENT, length=0.95, rump=0.21, waist=0.2, head=0.15, tail=1.1,
                tail_widths=(0.045, 0.04, 0.03, 0.015), muzzle=(1.9, 0.55, 0.2, -0.35),
                ear=('round', 0.55, 1.1, 0.8, 0.85)),
    'squirrel': kind(RODENT, legs=0.26, rump=0.19, waist=0.17, chest=0.14, neck=0.06, head=0.15,
                     neck_width=0.11, tail=1.0, tail_widths=(0.08, 0.15, 0.17, 0.1), arms=0.6,
                     rise=(1.5, 2.1), ear=('pointed', 0.7, 0.7, 0.6, 0.4),
                     poses=(0.3, 0.5, 0.1, 0.1)),
    'hamster': kind(RODENT, length=0.5, legs=0.13, waist=0.24, chest=0.24, head=0.2, tail=0.04,
                    muzzle=(0.95, 0.55, 0.22, -0.3), cheek=0.6, ear=('round', 0.45, 1.2, 0.85, 0.8),
                    poses=(0.35, 0.45, 0.1, 0.1), arms=0.5),
    'guinea_pig': kind(RODENT, length=0.78, legs=0.1, rump=0.24, waist=0.25, chest=0.24, head=0.21,
                       neck_width=0.22, tail=0.0, muzzle=(1.2, 0.6, 0.4, -0.25), arch=0.02,
                       ear=('leaf', 0.5, 1.3, 1.2, 2.0), skull=(1.05, 0.85, 0.85)),
    'chinchilla': kind(RODENT, length=0.55, head=0.2, tail=0.55, rise=(0.5, 1.4), arms=0.55,
                       tail_widths=(0.06, 0.09, 0.1, 0.07), ear=('fan', 1.0, 0.9, 0.75, 0.8),
                       muzzle=(0.95, 0.5, 0.25, -0.3), eye=(0.24, 0.15, 0.6)),
    'beaver': kind(RODENT, length=0.85, legs=0.16, rump=0.27, waist=0.25, tail=0.55, tail_flat=2.6,
                   tail_widths=(0.06, 0.07, 0.08, 0.05), rise=(-0.9, -0.5), head=0.19,
                   muzzle=(1.2, 0.6, 0.42, -0.3), nose=(0.12, 0.13, 0.2), nose_part='nose',
                   ear=('round', 0.3, 1.2, 1.0, 0.9), eye=(0.11, 0.22, 0.6), horns=('teeth',)),
    'jerboa': kind(RODENT, length=0.5, legs=0.32, rump=0.19, waist=0.17, chest=0.14, arms=0.35,
                   tail=1.2, tail_widths=(0.025, 0.02, 0.02, 0.07), thigh=0.11, head=0.19,
                   ear=('long', 2.0, 1.0, 0.6, 0.5), eye=(0.27, 0.15, 0.6),
                   poses=(0.15, 0.65, 0.1, 0.1)),
    'capybara': kind(RODENT, length=1.0, legs=0.27, rump=0.26, waist=0.26, chest=0.24, tail=0.0,
                     thigh=0.14, shin=0.06, arms=1.0, head=0.18, neck_width=0.2, neck=0.08,
                     muzzle=(1.75, 0.65, 0.5, -0.3), nose=(0.1, 0.1, 0.24), nose_part='nose',
                     ear=('round', 0.35, 1.1, 0.7, 0.6), eye=(0.12, 0.35, 0.6), whiskers=0.0),
    'hedgehog': kind(RODENT, length=0.62, rump=0.25, waist=0.28, chest=0.24, tail=0.0, arch=0.05,
                     spines=(70, 0.09), muzzle=(1.6, 0.5, 0.14, -0.4), nose=(0.12, 0.12, 0.14),
                     nose_part='nose', ear=('round', 0.4, 1.2, 1.0, 0.9), eye=(0.13, 0.1, 0.5)),
    'porcupine': kind(RODENT, length=0.85, legs=0.2, rump=0.26, waist=0.25, chest=0.2, tail=0.2,
                      spines=(60, 0.26), muzzle=(1.25, 0.6, 0.4, -0.3), nose=(0.12, 0.16, 0.24),
                      nose_part='nose', ear=('round', 0.3, 1.1, 1.2, 1.2), eye=(0.1, 0.2, 0.6)),
    'mole': kind(RODENT, length=0.7, legs=0.07, rump=0.2, waist=0.22, chest=0.22, head=0.17,
                 neck_width=0.22, paw=0.1, shin=0.06, thigh=0.08, tail=0.15, arms=0.9, ear=None,
                 muzzle=(1.9, 0.5, 0.13, -0.35), nose=(0.12, 0.13, 0.16), eye=(0.06, 0.1, 0.5)),
    'elephant_shrew': kind(RODENT, length=0.6, legs=0.2, tail=0.8, head=0.16, shin=0.03, paw=0.035,
                           tail_widths=(0.03, 0.025, 0.02, 0.012), eye=(0.25, 0.18, 0.6),
                           muzzle=(2.6, 0.42, 0.09, -0.7), ear=('round', 0.8, 0.9, 0.9, 0.8)),
    'badger': kind(WEASEL, length=1.0, legs=0.18, rump=0.22, waist=0.22, chest=0.19, thigh=0.12,
                   shin=0.07, paw=0.08, neck=0.04, neck_width=0.17, head=0.17, tail=0.2, nod=0.2,
                   muzzle=(1.75, 0.52, 0.3, -0.35), nose=(0.13, 0.14, 0.19), whiskers=0.0),
    'otter': kind(WEASEL, tail=0.7, tail_widths=(0.12, 0.08, 0.05, 0.02), neck_width=0.15,
                  rump=0.17, waist=0.16, chest=0.15, skull=(1.0, 0.75, 1.05), nose=(.12, .13, .2),
                  muzzle=(0.95, 0.5, 0.38, -0.25), broad=1.25, ear=('round', 0.25, 1.2, 1.2, 1.1)),
    'weasel': kind(WEASEL, length=1.35, rump=0.105, waist=0.1, chest=0.1, neck=0.2, head=0.125,
                   neck_width=0.1, thigh=0.07, shin=0.035, paw=0.045, arch=0.12, tail=0.4),
    'skunk': kind(WEASEL, length=0.85, legs=0.2, rump=0.19, waist=0.17, head=0.14, tail=0.75,
                  tail_widths=(0.1, 0.18, 0.2, 0.12), rise=(0.8, 1.9), nod=0.15,
                  muzzle=(1.35, 0.45, 0.22, -0.3)),
    'raccoon': kind(BASE, length=0.8, legs=0.28, rump=0.24, waist=0.22, arch=0.1, head=0.19,
                    tail=0.55, tail_widths=(0.08, 0.1, 0.1, 0.07), rise=(-0.9, -0.2),
                    skull=(0.85, 0.8, 1.1), cheek=0.55, muzzle=(1.3, 0.42, 0.18, -0.35),
                    nose=(0.13, 0.13, 0.16), ear=('round', 0.6, 0.95, 0.85, 0.7)),
    'brown_bear': kind(BEAR, humps=((0.25, 0.1, 0.2),), muzzle=(1.6, 0.5, 0.34, -0.32)),
    'panda': kind(BEAR, length=0.8, legs=0.3, rump=0.27, waist=0.28, head=0.25, cheek=0.7,
                  skull=(0.95, 0.95, 1.15), muzzle=(1.1, 0.48, 0.32, -0.38),
                  ear=('round', 0.6, 1.2, 0.7, 0.6), poses=(0.2, 0.5, 0.15, 0.15)),
    'koala': kind(BEAR, length=0.6, legs=0.3, rump=0.22, waist=0.21, chest=0.19, head=0.23,
                  shin=0.07, paw=0.08, tail=0.0, muzzle=(0.85, 0.42, 0.3, -0.35),
                  nose=(0.2, 0.34, 0.22), ear=('round', 0.95, 1.25, 1.25, 1.2),
                  poses=(0.15, 0.6, 0.1, 0.15), eye=(0.12, 0.18, 0.42)),
    'sloth': kind(MONKEY, legs=0.45, rump=0.19, waist=0.19, chest=0.19, shin=0.085, paw=0.05,
                  tail=0.0, head=0.17, skull=(0.8, 0.85, 0.95), muzzle=(0.85, 0.35, 0.25, -0.28),
                  nose=(0.1, 0.12, 0.2), ear=None, poses=(0.15, 0.35, 0.25, 0.25)),
    'monkey': MONKEY,
    'baboon': kind(MONKEY, legs=0.48, chest=0.2, neck_width=0.17, tail=0.6, nod=0.1,
                   muzzle=(1.95, 0.45, 0.36, -0.5), skull=(0.95, 0.85, 0.9),
                   ear=('round', 0.25, 1.1, 1.4, 1.3), eye=(0.12, 0.12, 0.26), nose=(.1, .13, .2)),
    'lemur': kind(MONKEY, tail=1.4, tail_widths=(0.06, 0.08, 0.08, 0.06), rise=(0.3, 1.8),
                  skull=(0.9, 0.8, 0.95), muzzle=(1.5, 0.4, 0.2, -0.3), nose=(0.12, 0.11, 0.14),
                  ear=('round', 0.65, 1.0, 1.0, 0.95), eye=(0.22, 0.16, 0.42), pupil=0.3),
    'bushbaby': kind(MONKEY, length=0.6, legs=0.3, head=0.2, skull=(0.85, 0.85, 1.0),
                     muzzle=(0.95, 0.32, 0.16, -0.3), ear=('fan', 1.25, 0.8, 0.85, 0.8),
                     eye=(0.34, 0.06, 0.42), pupil=0.6, tail_widths=(0.05, 0.06, 0.07, 0.08)),
    'kangaroo': kind(BASE, length=0.75, legs=0.55, rump=0.25, waist=0.18, chest=0.13, thigh=0.17,
                     neck=0.16, neck_width=0.09, head=0.13, arms=0.45, tail=1.1,
                     tail_widths=(0.13, 0.09, 0.07, 0.04), rise=(-0.9, -0.6),
                     muzzle=(1.8, 0.45, 0.27, -0.32), ear=('leaf', 1.6, 0.75, 0.5, 0.4),
                     eye=(0.16, 0.2, 0.62), pupil=0.9, poses=(0.1, 0.65, 0.15, 0.1)),
    'bilby': kind(SNOUTED, length=0.65, legs=0.22, head=0.15, tail=0.6, shin=0.04, paw=0.05,
                  tail_widths=(0.04, 0.04, 0.05, 0.05), muzzle=(2.2, 0.42, 0.12, -0.45),
                  ear=('long', 2.6, 0.85, 0.5, 0.45), nose_part='inner_ear',
                  poses=(0.4, 0.3, 0.15, 0.15)),
    'pig': PIG,
    'boar': kind(PIG, chest=0.27, rump=0.19, waist=0.22, neck_width=0.23, mane=0.07, nod=0.2,
                 narrow=0.75, muzzle=(2.0, 0.5, 0.3, -0.4), horns=('boar_tusks',),
                 ear=('pointed', 0.65, 0.9, 0.6, 0.5), nose_part='nose', humps=((.12, .08, .18),)),
    'lop_pig': kind(PIG, muzzle=(1.1, 0.5, 0.38, -0.3), ear=('leaf', 1.2, 1.3, 0.8, 2.5)),
    'hippo': kind(GIANT, legs=0.2, skull=(1.0, 0.75, 0.85), muzzle=(2.0, 0.65, 0.75, -0.3),
                  broad=1.25, jaw=1.4, nose=(0.0, 0.0, 0.0), ear=('round', 0.3, 1.0, 0.7, 0.7),
                  eye=(0.12, 0.42, 0.55)),
    'rhino': kind(GIANT, nod=0.35, carry=(0.05, -0.08), skull=(1.0, 0.8, 0.8),
                  muzzle=(1.9, 0.62, 0.48, -0.35), nose=(0.0, 0.0, 0.0), horns=('rhino',),
                  ear=('leaf', 0.8, 1.0, 0.6, 0.5)),
    'elephant': kind(GIANT, legs=0.5, head=0.24, carry=(0.02, 0.1), skull=(0.9, 1.05, 0.9),
                     muzzle=(0.8, 0.5, 0.34, -0.45), nose=(0.0, 0.0, 0.0), eye=(0.1, 0.1, 0.7),
                     ear=('fan', 1.7, 0.85, 1.3, 1.85), horns=('trunk', 'elephant_tusks')),
    'tapir': kind(PIG, legs=0.34, tail=0.06, nod=0.15, nose=(0.0, 0.0, 0.0), neck=0.1,
                  muzzle=(1.5, 0.5, 0.34, -0.25), ear=('round', 0.6, 0.85, 0.7, 0.6),
                  horns=('proboscis',), arch=0.04),
    'horse': kind(HOOFED, legs=0.62, neck=0.3, neck_width=0.13, carry=(0.0, 0.08), mane=0.06,
                  nod=0.5, tail=0.65, tail_widths=(0.05, 0.09, 0.1, 0.06), head=0.13,
                  muzzle=(2.7, 0.6, 0.36, -0.35), ear=('leaf', 0.75, 0.8, 0.5, 0.25)),
    'donkey': kind(HOOFED, legs=0.48, mane=0.05, nod=0.4, muzzle=(2.2, 0.58, 0.42, -0.35),
                   ear=('leaf', 1.9, 0.55, 0.55, 0.45), tail=0.5, head=0.16),
    'cow': COW,
    'bison': kind(COW, rump=0.18, waist=0.22, chest=0.3, narrow=0.8, neck=0.02, neck_width=0.24,
                  carry=(0.04, -0.1), humps=((0.12, 0.16, 0.25), (0.32, 0.1, 0.2)), nod=0.5,
                  skull=(1.0, 1.0, 1.05), muzzle=(1.5, 0.6, 0.42, -0.45),
                  horns=('short_horns', 'beard')),
    'goat': kind(HOOFED, legs=0.42, neck=0.2, tail=0.12, horns=('ibex', 'beard'), rise=(0.2, 1.2),
                 muzzle=(1.6, 0.5, 0.3, -0.35), ear=('leaf', 0.95, 0.7, 1.2, 1.6),
                 tail_widths=(0.04, 0.05, 0.05, 0.03)),
    'sheep': kind(HOOFED, length=0.85, legs=0.34, rump=0.29, waist=0.3, chest=0.28, narrow=1.0,
                  neck=0.12, neck_width=0.19, thigh=0.11, tail=0.1, head=0.15,
                  tail_widths=(0.06, 0.07, 0.07, 0.05), muzzle=(1.5, 0.52, 0.32, -0.35),
                  ear=('leaf', 0.85, 0.75, 1.4, 1.85)),
    'ram': kind(HOOFED, legs=0.38, rump=0.23, waist=0.24, chest=0.25, neck=0.16, neck_width=0.18,
                head=0.15, tail=0.1, muzzle=(1.6, 0.55, 0.34, -0.4), horns=('ram',),
                ear=('leaf', 0.5, 0.8, 1.6, 1.9)),
    'deer': kind(HOOFED, tail=0.12, neck=0.28, muzzle=(1.9, 0.46, 0.27, -0.35), nod=0.25,
                 tail_widths=(0.05, 0.06, 0.05, 0.03), horns=('antlers',)),
    'fawn': kind(HOOFED, length=0.75, legs=0.6, rump=0.15, waist=0.14, chest=0.15, shin=0.035,
                 head=0.15, tail=0.12, muzzle=(1.5, 0.44, 0.26, -0.3), nod=0.15,
                 ear=('leaf', 1.3, 0.95, 0.9, 1.05), eye=(0.22, 0.2, 0.66)),
    'moose': kind(HOOFED, legs=0.68, chest=0.25, waist=0.22, humps=((0.12, 0.1, 0.18),), neck=0.14,
                  neck_width=0.16, tail=0.06, muzzle=(2.5, 0.52, 0.5, -0.5), jaw=1.3,
                  horns=('palms', 'beard'), ear=('leaf', 1.0, 0.8, 1.1, 1.3)),
    'oryx': kind(HOOFED, horns=('spears',), tail=0.5, muzzle=(2.0, 0.5, 0.33, -0.35)),
    'gazelle': kind(HOOFED, legs=0.62, rump=0.16, waist=0.15, chest=0.17, shin=0.035, neck=0.3,
                    neck_width=0.08, head=0.12, tail=0.15, horns=('lyre',)),
    'giraffe': kind(HOOFED, length=0.8, legs=0.85, neck=0.35, carry=(0.08, 0.6), neck_width=0.09,
                    head=0.12, tail=0.5, muzzle=(2.2, 0.48, 0.32, -0.35), horns=('ossicones',),
                    nod=0.25, humps=((0.1, 0.04, 0.17),)),
    'camel': kind(HOOFED, legs=0.62, neck=0.3, carry=(0.18, 0.1), humps=((.3, .22, .14),
                  (.68, .22, .14)), nod=0.1, muzzle=(1.8, 0.5, 0.38, -0.3), tail=0.35,
                  ear=('round', 0.35, 0.9, 0.8, 0.7)),
    'llama': kind(HOOFED, legs=0.48, rump=0.23, waist=0.23, chest=0.23, neck=0.3,
                  carry=(-0.06, 0.3), neck_width=0.13, nod=0.1, muzzle=(1.45, 0.48, 0.28, -0.3),
                  ear=('leaf', 1.2, 0.6, 0.5, 0.25), tail=0.15,
                  tail_widths=(0.06, 0.08, 0.08, 0.06)),
    'anteater': kind(SNOUTED, head=0.12, muzzle=(4.2, 0.55, 0.18, -0.9), tail=0.85, nod=0.35,
                     tail_widths=(0.12, 0.2, 0.2, 0.1), ear=('round', 0.3, 1.0, 0.9, 0.8)),
    'aardvark': kind(SNOUTED, muzzle=(2.7, 0.52, 0.3, -0.5), nose=(0.1, 0.22, 0.24),
                     nose_part='inner_ear', ear=('long', 1.9, 0.95, 0.5, 0.4), arch=0.12,
                     tail_widths=(0.13, 0.1, 0.06, 0.03)),
    'armadillo': kind(SNOUTED, length=0.7, legs=0.14, rump=0.22, waist=0.24, chest=0.22, bands=6,
                      head=0.13, muzzle=(2.0, 0.5, 0.2, -0.4), ear=('leaf', 1.0, 0.8, 0.4, 0.35),
                      tail_widths=(0.08, 0.06, 0.04, 0.02), poses=(0.6, 0.0, 0.2, 0.2)),
    'seal': SEAL,
    'walrus': kind(SEAL, waist=0.3, chest=0.3, neck_width=0.25, head=0.17, skull=(.95, .85, .9),
                   muzzle=(0.95, 0.5, 0.5, -0.35), broad=1.35, eye=(0.1, 0.25, 0.5),
                   horns=('walrus_tusks',)),
}

# What grows on a head: part, flattening (normal and share, or None), whether on both sides, points
# on the right side and half-widths.
BONE, DARK = 'inner_ear', 'nose'
FACING = ((1, 0.2, 0), 0.3)
HORNS = {
    'bull': [(BONE, None, True, [(-.1, .7, .5), (-.1, .85, 1.1), (.1, 1.5, 1.5)], [.2, .17, .04])],
    'short_horns': [(DARK, None, True, [(-.1, .6, .8), (-.1, .75, 1.25), (0, 1.3, 1.3)],
                     [.22, .18, .04])],
    'ibex': [(DARK, None, True, [(0, .7, .28), (-.3, 1.7, .5), (-1.1, 2.1, .7), (-1.6, 1.5, .8)],
              [.22, .19, .15, .05])],
    'ram': [(BONE, None, True, [(-.1, .7, .4), (-.6, 1.0, .85), (-.7, .2, 1.25), (0, -.3, 1.3),
                                (.5, .1, 1.45)], [.32, .32, .28, .22, .08])],
    'spears': [(DARK, None, True, [(0, .7, .25), (-.4, 2.0, .45), (-1.1, 3.3, .65)],
                [.15, .12, .03])],
    'lyre': [(DARK, None, True, [(0, .7, .25), (-.4, 1.4, .6), (-.6, 2.1, .75), (-.3, 2.7, .45)],
              [.16, .14, .1, .04])],
    'antlers': [(BONE, None, True, [(-.1, .7, .3), (-.5, 1.5, .9), (-.3, 2.4, 1.3), (.2, 3.1, 1.1)],
                 [.13, .12, .1, .04]),
                (BONE, None, True, [(-.15, .95, .4), (.7, 1.6, .6)], [.1, .04]),
                (BONE, None, True, [(-.5, 1.6, .95), (.3, 2.2, 1.3)], [.09, .04]),
                (BONE, None, True, [(-.3, 2.4, 1.3), (-.8, 3.1, 1.6)], [.08, .04])],
    'palms': [(BONE, FACING, True, [(-.1, .6, .5), (-.1, .8, 1.2), (-.2, 1.5, 1.8),
                                    (-.3, 2.3, 1.9)], [.14, .16, .55, .4]),
              (BONE, None, True, [(-.1, 1.3, 1.9), (.1, 1.5, 2.7)], [.12, .04]),
              (BONE, None, True, [(-.2, 2.0, 2.0), (-.1, 2.6, 2.6)], [.12, .04]),
              (BONE, None, True, [(-.2, 2.3, 1.8), (-.2, 3.0, 1.9)], [.12, .04])],
    'rhino': [(BONE, None, False, [(1.8, 0, 0), (2.2, .6, 0), (2.15, 1.4, 0)], [.28, .2, .04]),
              (BONE, None, False, [(1.1, .2, 0), (1.25, .75, 0)], [.24, .06])],
    'ossicones': [('head', None, True, [(0, .6, .28), (-.15, 1.35, .36)], [.13, .11]),
                  (DARK, None, True, [(-.15, 1.35, .36), (-.18, 1.5, .37)], [.16, .16])],
    'trunk': [('muzzle', None, False, [(.7, -.3, 0), (1.2, -.9, 0), (1.3, -1.7, 0), (1.2, -2.4, 0),
                                       (1.55, -2.8, 0)], [.42, .34, .26, .2, .15])],
    'elephant_tusks': [(BONE, None, True, [(.7, -.5, .45), (1.3, -1.0, .6), (2.0, -.9, .6)],
                        [.14, .12, .04])],
    'boar_tusks': [(BONE, None, True, [(1.6, -.55, .32), (1.75, -.2, .48), (1.6, .05, .5)],
                    [.1, .08, .03])],
    'walrus_tusks': [(BONE, None, True, [(1.2, -.5, .28), (1.4, -1.3, .34), (1.25, -2.1, .34)],
                      [.13, .11, .04])],
    'proboscis': [('muzzle', None, False, [(1.3, -.2, 0), (1.95, -.3, 0), (2.1, -.8, 0)],
                   [.36, .27, .18])],
    'beard': [('head', None, False, [(1.1, -.7, 0), (1.1, -1.2, 0), (1.0, -1.6, 0)],
               [.24, .2, .06])],
    'teeth': [('inner_ear', None, False, [(1.5, -.55, 0), (1.5, -.85, 0)], [.1, .08])],
}
