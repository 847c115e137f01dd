"""One page that shows a dataset: look before you train. It holds its images, and needs no network.
"""
import base64
import html
import math
import random
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np

from course import workplace
from course.images import read_image
from course.lists.summary import by_kind, how_alike, summary

OF_A_CLASS, OF_GROUPS, OF_A_GROUP, OF_A_REASON = 8, 12, 6, 10     # images, groups, names shown
MOST_CLASSES, SIDE = 100, 96        # pixels of the longer side

STYLE = """body{font:15px/1.5 system-ui,"Noto Sans","Noto Sans CJK TC","Microsoft JhengHei",
"PingFang TC",sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#222}
h2{margin-top:2.5rem;border-bottom:1px solid #ddd}.row{display:flex;flex-wrap:wrap;gap:6px;
margin:.3rem 0 1rem}figure{margin:0;width:96px;font-size:11px;overflow-wrap:anywhere}
img{max-width:96px;max-height:96px}td{padding:.1rem .6rem .1rem 0}.bar{background:#4878a8;
height:.9rem}.quiet{color:#666}pre{white-space:pre-wrap;background:#f6f6f6;padding:1rem}"""


def write_report(report, file: Path | None = None) -> Path:
    """An HTML page for a ListReport, next to the folder of lists; returns its place."""
    file = file or report.out_dir.parent / 'report.html'
    name = html.escape(report.out_dir.parent.name)
    body = [f'<h1>{name}</h1>', f'<pre>{html.escape(chr(10).join(summary(report)))}</pre>',
            '<h2>Images of each class</h2>', bars(report), *examples(report),
            '<h2>Sizes and shapes</h2>', scatter(report),
            '<h2>Copies: each group stays in one part</h2>', *groups(report),
            '<h2>Left out</h2>', *left_out(report)]
    page = ('<!DOCTYPE html><html lang="en"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            f'<title>{name}</title><style>{STYLE}</style>' + '\n'.join(body) + '</html>\n')
    file.write_text(page, encoding='utf-8', errors='xmlcharrefreplace')
    return file


def bars(report):
    most = max(report.counts.values())
    return '<table>' + ''.join(
        f'<tr><td>{html.escape(name)}<td>{n:,}<td style="width:30rem">'
        f'<div class="bar" style="width:{100 * n / most:.1f}%"></div>'
        for name, n in list(report.counts.items())[:MOST_CLASSES]) + '</table>'


def examples(report):
    paths = defaultdict(list)
    for path, entry in report.entries.items():
        paths[entry.label].append(path)
    for name in report.classes[:MOST_CLASSES]:
        some = random.Random(0).sample(paths[name], min(OF_A_CLASS, len(paths[name])))
        yield f'<h3>{html.escape(name)}</h3><div class="row">{"".join(map(figure, some))}</div>'
    if len(report.classes) > MOST_CLASSES:
        yield f'<p class="quiet">and {len(report.classes) - MOST_CLASSES} more classes</p>'


def figure(path):
    name = html.escape(path.rpartition('/')[2])
    return f'<figure>{image(path)}<figcaption>{name}</figcaption></figure>'


def image(path):
    """A small JPEG inside the page. Lists' paths are relative to the course's folder."""
    try:
        pixels = read_image(workplace() / path, least=SIDE)
    except OSError as error:
        return html.escape(str(error))
    scale = SIDE / max(pixels.shape[:2])
    size = [max(1, round(side * scale)) for side in pixels.shape[1::-1]]
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    data = cv2.imencode('.jpg', cv2.cvtColor(small, cv2.COLOR_RGB2BGR))[1].tobytes()
    return f'<img alt="" src="data:image/jpeg;base64,{base64.b64encode(data).decode()}">'


def scatter(report):
    """Width and height of every image, as an SVG with logarithmic axes."""
    sizes = np.array([report.sizes[path] for path in report.entries], float)
    low, high = math.floor(np.log2(sizes.min())), math.ceil(np.log2(sizes.max()) + 1e-9)
    span, side = max(high - low, 1), 320
    at = {tuple(point) for point in np.round((np.log2(sizes) - low) / span * side).astype(int)}
    dots = ''.join(f'<circle cx="{x + 50}" cy="{side + 10 - y}" r="2.5"/>' for x, y in sorted(at))
    ticks = ''.join(f'<text x="{50 + i * side / span:.0f}" y="{side + 28}" text-anchor="middle">'
                    f'{2**(low + i)}</text><text x="42" y="{side + 14 - i * side / span:.0f}" '
                    f'text-anchor="end">{2**(low + i)}</text>' for i in range(span + 1))
    shapes = len({tuple(size) for size in sizes.astype(int)})
    low, high = (f'{w:.0f} x {h:.0f}' for w, h in (sizes.min(axis=0), sizes.max(axis=0)))
    return (f'<svg role="img" aria-label="Height against width of {len(sizes):,} images, '
            f'from {low} to {high} pixels" width="{side + 80}" height="{side + 50}" font-size="11">'
            f'<rect x="50" y="10" width="{side}" height="{side}" fill="none" stroke="#bbb"/>'
            f'<line x1="50" y1="{side + 10}" x2="{side + 50}" y2="10" stroke="#ddd"/>'
            f'<g fill="#4878a8" fill-opacity=".5">{dots}</g>{ticks}'
            f'<text x="{50 + side / 2}" y="{side + 46}" text-anchor="middle">width, pixels</text>'
            f'<text transform="translate(12 {side / 2}) rotate(-90)">height</text></svg>'
            f'<p class="quiet">{shapes:,} different sizes. Large JPEGs are measured as they are '
            'read here, at a half, a quarter or an eighth.</p>')


def groups(report):
    for group, similarity in list(zip(report.copies, report.similarity))[:OF_GROUPS]:
        yield (f'<p class="quiet">{len(group)} images, {how_alike(similarity)}</p><div class="row">'
               f'{"".join(map(figure, group[:OF_A_GROUP]))}</div>')
    if len(report.copies) > OF_GROUPS:
        yield f'<p class="quiet">and {len(report.copies) - OF_GROUPS:,} more groups</p>'
    if not report.copies:
        yield '<p>None found.</p>'


def left_out(report):
    if not report.left_out:
        yield '<p>Nothing.</p>'
    for kind, files in by_kind(report.left_out).items():
        names = ''.join(f'<li>{html.escape(name)} <span class="quiet">{html.escape(reason)}</span>'
                        for name, reason in files[:OF_A_REASON])
        more = f'<li>and {len(files) - OF_A_REASON:,} more' if len(files) > OF_A_REASON else ''
        yield f'<p>{len(files):,}: {html.escape(kind)}</p><ul>{names}{more}</ul>'
