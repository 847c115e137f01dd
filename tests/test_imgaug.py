"""Each augmenter of imgaug, with the packages that are installed: it runs, and its seed decides.

What fails, and how to write it so that it works, is docs/imgaug.md.
"""
import inspect

import imgaug.augmenters as iaa
import numpy as np
import pytest
from imgaug import SegmentationMapsOnImage
from imgaug.augmenters import meta, pillike
from imgaug.augmenters.blend import RegularGridMaskGen

FLIP = iaa.Fliplr(0.5)
SMALL = {'width': 16, 'height': 12}
ARGUMENTS = {       # of those whose defaults do nothing
    'AssertShape': {'shape': (None, 24, 32, 3)},
    'BlendAlpha': {'foreground': FLIP}, 'BlendAlphaElementwise': {'foreground': FLIP},
    'BlendAlphaFrequencyNoise': {'foreground': FLIP},
    'BlendAlphaSimplexNoise': {'foreground': FLIP},
    'BlendAlphaHorizontalLinearGradient': {'foreground': FLIP},
    'BlendAlphaVerticalLinearGradient': {'foreground': FLIP},
    'BlendAlphaSomeColors': {'foreground': FLIP},
    'BlendAlphaMask': {'mask_generator': RegularGridMaskGen(2, 2), 'foreground': FLIP},
    'BlendAlphaCheckerboard': {'nb_rows': 2, 'nb_cols': 2, 'foreground': FLIP},
    'BlendAlphaRegularGrid': {'nb_rows': 2, 'nb_cols': 2, 'foreground': FLIP},
    'ChangeColorspace': {'to_colorspace': 'HSV'}, 'WithColorspace': {'to_colorspace': 'HSV'},
    'KeepSizeByResize': {'children': iaa.Crop(2)}, 'WithPolarWarping': {'children': FLIP},
    'OneOf': {'children': [FLIP, iaa.Invert(1.0)]},
    'Resize': {'size': 8}, 'RemoveCBAsByOutOfImageFraction': {'fraction': 0.5},
    'ReplaceElementwise': {'mask': 0.5, 'replacement': 7},
    'RainLayer': {'density': 0.5, 'density_uniformity': 0.5, 'drop_size': 0.5,
                  'drop_size_uniformity': 0.5, 'angle': 10, 'speed': 0.1,
                  'blur_sigma_fraction': 0.001},
    'SnowflakesLayer': {'density': 0.5, 'density_uniformity': 0.5, 'flake_size': 0.5,
                        'flake_size_uniformity': 0.5, 'angle': 10, 'speed': 0.01,
                        'blur_sigma_fraction': 0.001},
    'CloudLayer': {'intensity_mean': 200, 'intensity_freq_exponent': -2,
                   'intensity_coarse_scale': 10, 'alpha_min': 0, 'alpha_multiplier': 0.5,
                   'alpha_size_px_max': 8, 'alpha_freq_exponent': -2, 'sparsity': 1,
                   'density_multiplier': 1},
    'Voronoi': {'points_sampler': iaa.RegularGridPointsSampler(4, 4)},
    **{f'{what}ToAspectRatio': {'aspect_ratio': 1.5} for what in
       ('Crop', 'Pad', 'CenterCrop', 'CenterPad')},
    **{f'{what}ToFixedSize': SMALL for what in ('Crop', 'Pad', 'CenterCrop', 'CenterPad')},
    **{f'{what}ToMultiplesOf': {'width_multiple': 5, 'height_multiple': 5} for what in
       ('Crop', 'Pad', 'CenterCrop', 'CenterPad')},
    **{f'{what}ToPowersOf': {'width_base': 2, 'height_base': 2} for what in
       ('Crop', 'Pad', 'CenterCrop', 'CenterPad')}}
NEEDS = {'Autocontrast': {'per_channel': True},         # fails without: docs/imgaug.md
         'MultiplyAndAddToBrightness': {'random_order': False}}
ONE_IMAGE_AT_A_TIME = 'ChangeColorTemperature'
OTHERS = ['SaveDebugImageEveryNBatches',                # writes files
          'BlendAlphaBoundingBoxes', 'BlendAlphaSegMapClassIds']      # need more than images


def augmenters():
    found = {name: kind for module in (iaa, pillike) for name, kind in vars(module).items()
             if inspect.isclass(kind) and issubclass(kind, meta.Augmenter)
             and not inspect.isabstract(kind) and not name.startswith('_')}
    return {name: kind for name, kind in found.items() if name not in OTHERS}


def images(n=4):
    x = np.random.default_rng(0).integers(0, 256, (n, 24, 32, 3), np.uint8)
    x[:, 5:15, 8:20] = 200, 40, 40
    return x


def augmented(make, x, seed):
    augmenter = make()
    augmenter.seed_(seed)
    return [np.asarray(image) for image in augmenter.augment_images(x.copy())]


@pytest.mark.filterwarnings('ignore')                   # scikit-image's announcements
@pytest.mark.parametrize('name', augmenters())
def test_augmenter_runs_and_its_seed_decides(name):
    def make():
        return augmenters()[name](**ARGUMENTS.get(name, {}), **NEEDS.get(name, {}))

    x = images(1 if name == ONE_IMAGE_AT_A_TIME else 4)
    first, again = augmented(make, x, seed=5), augmented(make, x, seed=5)
    assert len(first) == len(x) and all(image.dtype == np.uint8 for image in first)
    assert all(image.ndim == 3 and image.shape[2] == 3 for image in first)
    assert all(np.array_equal(one, two) for one, two in zip(first, again))


@pytest.mark.parametrize('order', [0, 1, 3])
def test_elastic_transformation_wants_alpha_as_a_float(order):
    x = images()
    moved = augmented(lambda: iaa.ElasticTransformation(30.0, 5.0, order=order), x, seed=1)
    assert any(not np.array_equal(one, two) for one, two in zip(moved, x))


def test_masks_follow_their_images():
    x = images()
    mask = SegmentationMapsOnImage((x[0, ..., 0] == 200).astype(np.int32), shape=x[0].shape)
    flipped, moved = iaa.Fliplr(1.0)(image=x[0], segmentation_maps=mask)
    assert np.array_equal(flipped, x[0][:, ::-1])
    assert np.array_equal(moved.get_arr(), mask.get_arr()[:, ::-1])


@pytest.mark.parametrize('broken', [
    lambda: iaa.ElasticTransformation(30, 5), lambda: iaa.pillike.Autocontrast(5),
    lambda: iaa.ChangeColorTemperature((2000, 9000)),
    lambda: iaa.imgcorruptlike.Fog(severity=2)],
    ids=['ElasticTransformation', 'Autocontrast', 'ChangeColorTemperature', 'imgcorruptlike'])
def test_what_is_named_as_broken_still_is(broken):
    """If this fails, a package was mended: take the row out of docs/imgaug.md."""
    with pytest.raises(Exception):  # noqa: B017, PT011
        augmented(broken, images(), seed=0)
