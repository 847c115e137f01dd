"""The figures of lesson 2: digits, softmax once and twice, three ways down one loss surface."""
import numpy as np

from course.plots import BLUE, ORANGE, new_figure

COLORS = {'softmax once': BLUE, 'softmax twice': ORANGE}


def digits(images, labels, n_cols=10):
    """Images with their labels, `n_cols` in a row.

    images: [N, 64], 0 to 1; labels: [N]. N must be a multiple of `n_cols`.
    """
    fig, axes = new_figure(0.9 * n_cols, 1.1 * len(images) / n_cols, len(images) // n_cols, n_cols)
    for ax, image, label in zip(axes.flat, images, labels):
        ax.imshow(image.reshape(8, 8), cmap='gray_r')
        ax.set_title(str(label), fontsize=10)
        ax.axis('off')
    return fig


def loss_and_push(lead, losses, pushes):
    """The loss, and minus its gradient with respect to the true class's score, against its lead.

    lead: [N]; losses, pushes: {'softmax once': [N], 'softmax twice': [N]}.
    """
    fig, [axes] = new_figure(10, 3.2, n_cols=2)
    titles = ('Loss', 'Push on the score of the true class')
    for ax, curves, title in zip(axes, (losses, pushes), titles):
        for name, values in curves.items():
            ax.plot(lead, values, color=COLORS[name], label=name)
        ax.set(title=title, xlabel='lead of the true class over the others')
        ax.grid(alpha=0.3)
        ax.spines[['top', 'right']].set_visible(False)
        ax.legend()
    return fig


def once_and_twice(history):
    """Test accuracy, true cross-entropy and norm of the gradient; thin lines: seeds, thick: mean.

    history: {'softmax once' and 'softmax twice': [seeds, epochs + 1, measures]}. The measures are
    the loss that was trained on, the true loss, the norm of the gradient, the number of classes
    that are predicted, and the test accuracy.
    """
    fig, [axes] = new_figure(11, 3.3, n_cols=3)
    for ax, i, title in zip(axes, (4, 1, 2), ('Test accuracy', 'True cross-entropy (training)',
                                              'Norm of the gradient')):
        for name, values in history.items():
            ax.plot(values[:, :, i].T, color=COLORS[name], lw=0.6, alpha=0.5)
            ax.plot(values[:, :, i].mean(axis=0), color=COLORS[name], lw=2, label=name)
        ax.set(title=title, xlabel='epoch')
        ax.grid(alpha=0.3)
        ax.spines[['top', 'right']].set_visible(False)
    axes[0].legend(loc='lower right')
    axes[2].set_yscale('log')
    return fig


def logistic_loss(points, labels, weights):
    """Mean loss of sigmoid(points . w): points [N, 2], labels [N] 0 or 1, weights [..., 2]."""
    scores = weights @ points.T
    return (np.logaddexp(0, scores) - labels * scores).mean(axis=-1)


def three_ways(points, labels, paths, lowest):
    """The loss surface with a path in each panel: square start, round end, star the lowest loss.

    points: [N, 2]; labels: [N]; paths: {name: [steps + 1, 2]}; lowest: the best weights, [2].
    """
    every = np.concatenate([*paths.values(), [lowest]])
    middle = (every.min(axis=0) + every.max(axis=0)) / 2
    half = 0.58 * np.ptp(every, axis=0).max()           # the same on both axes: true angles
    w1, w2 = np.linspace(middle - half, middle + half, 100).T
    surface = logistic_loss(points, labels, np.stack(np.meshgrid(w1, w2), axis=-1))
    levels = np.geomspace(surface.min() * 1.005, surface.max(), 16)
    fig, [axes] = new_figure(11, 3.6, n_cols=len(paths))
    for ax, (name, path) in zip(axes, paths.items()):
        ax.contourf(w1, w2, surface, levels=levels, cmap='Greys', alpha=0.45, norm='log')
        ax.contour(w1, w2, surface, levels=levels, colors='white', linewidths=0.6)
        many = len(path) > 300
        ax.plot(*path.T, '-' if many else '.-', color=BLUE, lw=0.5 if many else 1.2, markersize=4)
        ax.plot(*path[0], 'ks', markersize=6)
        ax.plot(*path[-1], 'o', color=ORANGE, markersize=7, markeredgecolor='black')
        ax.plot(*lowest, '*', color='black', markersize=12)
        ax.set(title=f'{name}: {len(path) - 1} steps', xlabel='$w_1$', aspect='equal')
    axes[0].set_ylabel('$w_2$')
    axes[0].annotate('start', paths[next(iter(paths))][0], (-8, 2), textcoords='offset points',
                     ha='right')
    return fig


def stopped(losses, fired):
    """The loss on training and validation images after each epoch, and where training stopped.

    losses: [epochs, 2]; fired: the epoch at which EarlyStopping fired.
    """
    fig, [[ax]] = new_figure(8, 3)
    for values, color, label in zip(losses.T, (BLUE, ORANGE), ('training', 'validation')):
        ax.plot(values[:fired + 1], color=color, lw=2, label=label)
        ax.plot(range(fired, len(values)), values[fired:], color=color, lw=1, linestyle=':')
    best = losses[:fired + 1, 1].argmin()
    ax.plot(best, losses[best, 1], 'o', color=ORANGE, markeredgecolor='black',
            label='lowest: its weights are kept')
    ax.axvline(fired, color='black', lw=1, label='EarlyStopping fires')
    ax.set(xlabel='epoch; dotted: if training went on', ylabel='loss', ylim=(0, None))
    ax.grid(alpha=0.3)
    ax.spines[['top', 'right']].set_visible(False)
    ax.legend()
    return fig
