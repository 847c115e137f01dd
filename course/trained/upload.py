"""Your own image in a notebook: a button, and what the network says about what comes by it."""
import tempfile
from collections.abc import Iterable
from pathlib import Path

from matplotlib.figure import Figure

from course.live_plot import display
from course.plots import heat_maps
from course.trained.ensemble import FOLDS, load
from course.trained.folder import DESCRIPTION, newest
from course.trained.predictions import Predictor

# not image/*: a phone would send HEIC, which is not read; asked for these, it sends a JPEG
ACCEPTED = '.jpg,.jpeg,.png,.gif,.bmp,.webp,.tif,.tiff,.avif,.ppm,.pgm,.pbm,.jp2'


def your_image(folder: str = 'model') -> None:
    """Show three images of the test set, and a button for your own.

    folder: of a trained model or of several folds; or one that holds several, for the one that was
    tested last. A page that nobody can upload to, without a browser, shows the three alone. Where
    the model cannot be used, one line says why.
    """
    try:
        is_model = any(Path(folder, name).is_file() for name in (DESCRIPTION, FOLDS))
        predictor = Predictor(load(folder if is_model else newest(folder)))
    except (OSError, ValueError) as error:
        print(error)
        return
    print(predictor.model.sentence)
    try:
        from ipywidgets import FileUpload, Output
    except ImportError:
        print('No button: it needs ipywidgets (requirements.txt).')
    else:
        button, output = FileUpload(accept=ACCEPTED, multiple=True), Output()

        def answer(change):
            with output:
                output.clear_output()
                for shown in answers(predictor, change['new']):
                    print(shown) if isinstance(shown, str) else display(shown)

        button.observe(answer, 'value')
        display(button, output)
    examples = predictor.model.members[0].description['examples']
    for shown in said_of(predictor, dict(zip(examples, examples))):
        print(shown) if isinstance(shown, str) else display(shown)


def answers(predictor: Predictor, uploaded: Iterable[dict]) -> list[Figure | str]:
    """What is said about uploaded files, as ipywidgets gives them: dicts with name and content."""
    with tempfile.TemporaryDirectory() as folder:
        names = {}
        for i, file in enumerate(uploaded):
            path = str(Path(folder, str(i)))
            Path(path).write_bytes(file['content'])
            names[path] = file['name']
        return said_of(predictor, names)


def said_of(predictor: Predictor, names: dict[str, str]) -> list[Figure | str]:
    """names: {path: how to call it}. A line for each file that cannot be read; then a figure."""
    predictions = list(predictor(list(names), heat_maps=True))
    lines = [f'{names[prediction.path]} {prediction.reason}' for prediction in predictions
             if prediction.reason]
    read = [prediction for prediction in predictions if not prediction.reason]
    if not read:
        return lines
    model = predictor.model
    titles = ['\n'.join([Path(names[prediction.path]).name] + [
        f'{name} {share:.1%}' for name, share in prediction.first(model.class_names)]
        + ['unlike all training images'] * prediction.is_unlike)
        for prediction in read]
    return [*lines, heat_maps([prediction.image for prediction in read],
                              [prediction.heat_map for prediction in read], titles,
                              model.first_pixel)]
