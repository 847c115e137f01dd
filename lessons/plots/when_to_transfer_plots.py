"""The figures of lesson 4: the four cases' steps, four families of networks, the laboratory."""
from course.plots import BLUE, GREY, ORANGE, new_figure
from lessons.experiments.intervals import half_width
from lessons.plots.boxes import DROPPED, FROZEN, NEW, TRAINED, arrow, box

STAGES = 'conv1', 'block1', 'block2', 'block3', 'block4', 'head'
CASES = {
    'few images, similar: head only':
        ([FROZEN] * 5, 'Keep all layers. Train a new head.'),
    'few images, different: cut lower':
        ([FROZEN] * 3 + [DROPPED] * 2, 'Cut off the top layers. Train a new head on what is left.'),
    'many images, similar: fine-tune all':
        ([TRAINED] * 5, 'Start from the pre-trained weights. Train everything.'),
    'many images, different: from scratch, or fine-tune all':
        ([TRAINED] * 5, 'Start from random or from pre-trained weights. Train everything.')}


def four_cases():
    """The textbook's rule: what is kept, cut off, replaced and trained in each of the four cases.
    """
    fig, axes = new_figure(11, 3.6, 2, 2)
    for ax, (title, (stages, steps)) in zip(axes.flat, CASES.items()):
        for x, (name, (face, edge, line, word)) in enumerate(zip(STAGES, [*stages, NEW])):
            box(ax, x, 0, name, face, edge, line=line)
            ax.text(x, -0.48, word, ha='center', va='center', fontsize=8, color=edge)
        kept = [x for x, stage in enumerate(stages) if stage is not DROPPED]
        for x in kept[:-1]:
            arrow(ax, (x + 0.46, 0), (x + 0.54, 0))
        gap = {'connectionstyle': 'arc3,rad=-0.5'} if kept[-1] < 4 else {}
        start, end = (kept[-1] + 0.3, 0.32), (4.7, 0.32)
        arrow(ax, *((start, end) if gap else ((4.46, 0), (4.54, 0))), **gap)
        ax.text(2.5, 1.12 if gap else 0.72, steps, ha='center', va='center', fontsize=9)
        ax.set(title=title, xlim=(-0.6, 5.6), ylim=(-0.65, 1.3))
        ax.axis('off')
    fig.description = 'The four cases. ' + ' '.join(
        f'{title}: {steps}' for title, (_, steps) in CASES.items())
    return fig


def families():
    """What AlexNet, VGG, GoogLeNet and ResNet are made of, from bottom to top."""
    fig, [axes] = new_figure(11, 3.4, n_cols=4)
    blue, orange, grey = ('#BBD7EC', BLUE), ('#F6C9A0', ORANGE), ('#EEEEEE', GREY)
    chains = [('AlexNet (2012): 8 layers', ['11 x 11, 5 x 5, 3 x 3', 'ReLU', 'max pooling',
                                           'dense, dropout'], [blue, orange, grey, orange]),
              ('VGG (2014): 16 or 19', ['3 x 3', '3 x 3', 'max pooling', '... five times'],
               [blue, blue, grey, ('white', 'white')])]
    for ax, (title, names, colors) in zip(axes, chains):
        for y, (name, color) in enumerate(zip(names, colors)):
            box(ax, 0, y, name, *color, width=1.7)
            if y:
                arrow(ax, (0, y - 0.67), (0, y - 0.33))
        ax.set(title=title, xlim=(-1.3, 1.3))
    ax = axes[2]
    branches = [['1 x 1'], ['1 x 1', '3 x 3'], ['1 x 1', '5 x 5'], ['pooling', '1 x 1']]
    for x, names in zip((-1.2, -0.4, 0.4, 1.2), branches):
        rows = [1, 2] if len(names) == 2 else [1.5]
        for y, name in zip(rows, names):
            box(ax, x, y, name, *(grey if name == 'pooling' else blue), width=0.68, size=8)
        arrow(ax, (0, 0.3), (x, rows[0] - 0.33))
        arrow(ax, (x, rows[-1] + 0.33), (0, 2.7))
        if len(rows) == 2:
            arrow(ax, (x, 1.33), (x, 1.67))
    box(ax, 0, 0, 'input', 'white', GREY, width=1)
    box(ax, 0, 3, 'concatenated', 'white', GREY, width=1.4)
    ax.set(title='GoogLeNet (2014): 22', xlim=(-1.7, 1.7))
    ax = axes[3]
    for y, name in enumerate(('input', '1 x 1, 3 x 3, 1 x 1', 'sum'), 0):
        box(ax, 0.3, 1.5 * y, name, *(blue if y == 1 else ('white', GREY)), width=1.6)
        if y:
            arrow(ax, (0.3, 1.5 * y - 1.17), (0.3, 1.5 * y - 0.33))
    ax.plot([-0.5, -0.85, -0.85], [0, 0, 3], color=ORANGE, lw=2)
    arrow(ax, (-0.85, 3), (-0.52, 3), ORANGE, lw=2)
    ax.text(-0.95, 1.5, 'shortcut', rotation=90, ha='right', va='center', color=ORANGE)
    ax.set(title='ResNet (2015): up to 152', xlim=(-1.4, 1.4))
    for ax in axes:
        ax.set_ylim(-0.5, 3.5)
        ax.axis('off')
    fig.description = ('Building blocks: AlexNet, a chain of large convolutions and dense layers; '
                       'VGG, 3 x 3 convolutions and pooling; GoogLeNet, four branches, '
                       'concatenated; ResNet, three convolutions and a shortcut around them')
    return fig


def bars_of_flags(rows, ways, titles):
    """Test accuracy with each way to set the flags, a panel for each dataset; the seeds are dots.

    rows: DataFrame with dataset, way, accuracy (0 to 1). ways: in order. titles: {dataset: title}.
    """
    fig, [axes] = new_figure(11, 2.8, n_cols=len(titles))
    for ax, (dataset, title) in zip(axes, titles.items()):
        for i, way in enumerate(ways):
            values = rows[(rows.dataset == dataset) & (rows.way == way)].accuracy
            ax.barh(i, values.mean(), 0.6, xerr=half_width(values), capsize=3, alpha=0.8,
                    color=ORANGE if 'no' in way.split() else GREY if 'not scaled' in way else BLUE)
            ax.plot(values, [i] * len(values), 'k.', markersize=4, alpha=0.6)
        ax.set_yticks(range(len(ways)), ways)
        ax.invert_yaxis()
        ax.set(title=title, xlim=(0, 1.02), xlabel='test accuracy; lines: 95 % intervals')
        ax.spines[['top', 'right']].set_visible(False)
    return fig
