"""The figures of lesson 1: a drawn graph, a residual unit, a line, the optimizers' paths."""
import numpy as np
from matplotlib.patches import FancyBboxPatch

from course.plots import BLUE, GREY, ORANGE, new_figure

KINDS = {'Const': ('constant', '#DDDDDD'), 'VariableV2': ('variable', '#F6C9A0'),
         'VarHandleOp': ('variable', '#F6C9A0'), 'Placeholder': ('placeholder', '#B7DDB0')}
OTHER = ('operation', '#BBD7EC')
COLORS = (GREY, '#009E73', '#CC79A7', BLUE, ORANGE)     # also for colour-blind readers


def edges_of(operations):
    """[(from, to, is_control)] between operations; a control edge only says what runs first."""
    return [(source, op, control) for op in operations
            for sources, control in (([t.op for t in op.inputs], False), (op.control_inputs, True))
            for source in dict.fromkeys(sources)]


def columns_of(operations, edges):
    """{operation: column}: right of all its inputs; without inputs, next to its user."""
    columns = {}
    for op in operations:                               # in the order in which they were made
        columns[op] = 1 + max([columns[a] for a, b, _ in edges if b == op], default=-1)
    for op in operations:
        users = [columns[b] for a, b, _ in edges if a == op]
        if users and not any(b == op for _, b, _ in edges):
            columns[op] = min(users) - 1
    return columns


def routes_of(columns, edges):
    """Each edge as a list of places, one in each column; a long edge gets some in between."""
    return [[a, *((a, b, i) for i in range(columns[a] + 1, columns[b])), b] for a, b, _ in edges]


def rows_of(columns, routes):
    """{place: row}: an order in each column that keeps neighbours close to each other."""
    columns = columns | {place: place[2] for route in routes for place in route[1:-1]}
    neighbours = {place: [] for place in columns}
    for route in routes:
        for a, b in zip(route, route[1:]):
            neighbours[a].append(b)
            neighbours[b].append(a)
    orders = [[p for p in columns if columns[p] == i] for i in range(max(columns.values()) + 1)]
    rows = {}
    for _ in range(12):
        for order in orders:
            order.sort(key=lambda p: np.mean([rows[n] for n in neighbours[p] if n in rows] or [0]))
            rows |= {place: i - (len(order) - 1) / 2 for i, place in enumerate(order)}
    return rows


def draw_graph(graph, computed=None):
    """The operations of a small graph (up to about 20) as boxes, tensors as arrows to the right.

    computed: names of operations; the others are drawn pale. A dashed arrow is a control
    dependency. Raises ValueError for a graph without operations.
    """
    operations = graph.get_operations()
    if not operations:
        raise ValueError('The graph has no operations to draw: build it first.')
    edges = edges_of(operations)
    columns = columns_of(operations, edges)
    routes = routes_of(columns, edges)
    rows = rows_of(columns, routes)
    height = np.ptp(list(rows.values())) + 1
    fig, [[ax]] = new_figure(1.75 * (max(columns.values()) + 1), 0.62 * height + 0.5)
    strong = {op: computed is None or op.name in computed for op in operations}
    for (a, b, control), route in zip(edges, routes):
        # level where it passes a column, so that it crosses no box there
        x = [i + side for i in range(columns[a], columns[b] + 1) for side in (-0.42, 0.42)][1:-1]
        y = [rows[place] for place in route for _ in range(2)][1:-1]
        style = {'color': 'black' if strong[a] and strong[b] else '#CCCCCC', 'lw': 1,
                 'linestyle': '--' if control else '-'}
        ax.plot(x[:-1], y[:-1], **style)
        ax.annotate('', (x[-1], y[-1]), (x[-2], y[-2]),
                    arrowprops={'arrowstyle': '->', 'shrinkA': 0, 'shrinkB': 0, **style})
    for op in operations:
        x, y = columns[op], rows[op]
        color = KINDS.get(op.type, OTHER)[1] if strong[op] else 'white'
        ax.add_patch(FancyBboxPatch((x - 0.38, y - 0.26), 0.76, 0.52, facecolor=color, zorder=3,
                                    boxstyle='round,pad=0.04',
                                    edgecolor='black' if strong[op] else '#CCCCCC'))
        ink = 'black' if strong[op] else '#999999'
        ax.text(x, y + 0.11, op.name, ha='center', va='center', fontsize=9.5, color=ink, zorder=4)
        ax.text(x, y - 0.15, op.type, ha='center', va='center', fontsize=8, color=ink,
                style='italic', zorder=4)
    handles = [ax.scatter([], [], marker='s', s=70, color=color, edgecolor='black', label=label)
               for label, color in dict([*KINDS.values(), OTHER]).items()]
    ax.legend(handles=handles, loc='upper center', bbox_to_anchor=(0.5, 0), ncols=4, frameon=False)
    ax.set(xlim=(-0.5, max(columns.values()) + 0.5),
           ylim=(min(rows.values()) - 0.5, max(rows.values()) + 0.5))
    ax.axis('off')
    return fig


def surface_of(x, y, w, b):
    """The mean squared error of the line w * x + b, for each w and b: [len(b), len(w)]."""
    w, b = np.meshgrid(w, b)
    return ((w[..., None] * x + b[..., None] - y) ** 2).mean(axis=-1)


def contour(ax, x, y, limits):
    """Contours of the loss of the lines within `limits`, ((w, w), (b, b)); dark is high."""
    w, b = (np.linspace(*pair, 120) for pair in limits)
    loss = surface_of(x, y, w, b)
    levels = np.geomspace(loss.min() * 1.1, loss.max(), 14)
    ax.contourf(w, b, loss, levels=levels, cmap='Greys', alpha=0.45, norm='log')
    ax.contour(w, b, loss, levels=levels, colors='white', linewidths=0.6)
    ax.set(xlabel='w', ylabel='b', xlim=limits[0], ylim=limits[1])


def fitted_line(x, y, path, limits, shown=(0, 1, 3, 10, 40)):
    """Left: the points, and the line after some steps. Right: the same steps as w and b, and the
    best line as a star.

    path: [steps + 1, 2], w and b. shown: steps; those beyond the end of the path are left out.
    """
    fig, [[left, right]] = new_figure(10, 3.6, n_cols=2)
    left.plot(x, y, '.', color=GREY, markersize=5)
    shown = [step for step in shown if step < len(path)]
    ends = np.array([x.min(), x.max()])
    contour(right, x, y, limits)
    right.plot(*path.T, '-', color=BLUE, lw=1)
    right.plot(*np.polyfit(x, y, 1), 'k*', markersize=11)
    for step, strength in zip(shown, np.linspace(0.25, 1, len(shown))):
        w, b = path[step]
        left.plot(ends, w * ends + b, color=ORANGE, alpha=strength)
        left.annotate(f'{step}', (ends[1], w * ends[1] + b), (4, 0), textcoords='offset points',
                      va='center', fontsize=9)
        right.plot(w, b, 'o', color=ORANGE, alpha=strength, markersize=6)
    left.set(xlabel='x', ylabel='y', title='The line after some steps')
    right.set_title('The same steps: each point is a line')
    left.spines[['top', 'right']].set_visible(False)
    return fig


def optimizer_paths(x, y, paths, limits):
    """Left: the paths on the loss surface. Right: the loss after each step.

    paths: {name: [steps + 1, 2]}, w and b; at most five.
    """
    fig, [[left, right]] = new_figure(10, 4.2, n_cols=2)
    contour(left, x, y, limits)
    for color, (name, path) in zip(COLORS, paths.items()):
        left.plot(*path.T, '.-', color=color, lw=1.2, markersize=4, label=name)
        right.plot([surface_of(x, y, w, b)[0, 0] for w, b in path], color=color, label=name)
    left.plot(*path[0], 'ks', markersize=6)
    left.plot(*np.polyfit(x, y, 1), 'k*', markersize=13)
    left.set_title('From the square to the star')
    right.set(xlabel='step', ylabel='loss', yscale='log', title='Loss')
    right.legend()
    right.grid(alpha=0.3)
    right.spines[['top', 'right']].set_visible(False)
    return fig


def residual_units():
    """The residual unit of ResNet v1 next to that of v2, as tf_model/resnet_v2.py builds it.

    A column of layers from bottom to top, with the shortcut to its left.
    """
    layers = {
        'v1: the ReLU comes after the sum': ['1 x 1 convolution', 'BatchNorm, ReLU',
                                            '3 x 3 convolution', 'BatchNorm, ReLU',
                                            '1 x 1 convolution', 'BatchNorm', '+', 'ReLU'],
        'v2 (pre-activation): nothing after the sum': ['BatchNorm, ReLU', '1 x 1 convolution',
                                                      'BatchNorm, ReLU', '3 x 3 convolution',
                                                      'BatchNorm, ReLU', '1 x 1 convolution', '+']}
    fig, [axes] = new_figure(9, 4.6, n_cols=2)
    for ax, (title, names) in zip(axes, layers.items()):
        for y, name in enumerate(names):
            color = ('white' if name == '+' else
                     '#BBD7EC' if 'convolution' in name else '#F6C9A0')
            ax.text(0, y, name, ha='center', va='center', fontsize=10, zorder=3,
                    bbox={'boxstyle': 'circle,pad=0.2' if name == '+' else 'round,pad=0.35',
                          'facecolor': color, 'edgecolor': 'black'})
        arrow = {'arrowstyle': '->', 'lw': 1}
        for y in range(-1, len(names)):
            ax.annotate('', (0, y + 0.72), (0, y + 0.28), arrowprops=arrow)
        total = names.index('+')
        ax.plot([0, -1, -1], [-0.65, -0.65, total], color=BLUE, lw=2)
        ax.annotate('', (-0.08, total), (-1.01, total),
                    arrowprops={**arrow, 'color': BLUE, 'lw': 2})
        ax.text(-1.06, total / 2, 'shortcut', rotation=90, ha='right', va='center', color=BLUE)
        ax.text(0, -1.05, 'x', ha='center', va='center', fontsize=11)
        ax.set(title=title, xlim=(-1.4, 0.9), ylim=(-1.3, 8.1))
        ax.axis('off')
    fig.description = ('Two residual units: ' + '; '.join(
        f'{title}: x, {", ".join(names)}' for title, names in layers.items()))
    return fig
