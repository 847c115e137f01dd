"""Real copies of many kinds, and sets of different images that look alike at a glance."""
import cv2
import numpy as np


def jpeg(image, quality):
    return cv2.imdecode(cv2.imencode('.jpg', image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 1)


def resized(image, scale, how=cv2.INTER_LINEAR):
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=how)


COPIES = {
    'half, averaged': lambda p: resized(p, 0.5, cv2.INTER_AREA),
    'half, interpolated': lambda p: resized(p, 0.5),
    'half, every other pixel': lambda p: resized(p, 0.5, cv2.INTER_NEAREST),
    '73 %': lambda p: resized(p, 0.73),
    '150 %': lambda p: resized(p, 1.5, cv2.INTER_CUBIC),
    'double': lambda p: resized(p, 2, cv2.INTER_CUBIC),
    'made square': lambda p: cv2.resize(p, (224, 224), interpolation=cv2.INTER_AREA),
    'JPEG quality 50': lambda p: jpeg(p, 50),
    'JPEG quality 90': lambda p: jpeg(p, 90),
    'flipped': lambda p: p[:, ::-1],
    'upside down': lambda p: p[::-1],
    'turned': lambda p: np.rot90(p),
    'flipped, half, quality 50': lambda p: jpeg(resized(p[:, ::-1], 0.5), 50)}


def shot(image, rng, noise):
    """What a camera makes of it."""
    return np.clip(image + rng.normal(0, noise, image.shape), 0, 255).astype(np.uint8)


def washers(n=16, shake=1):
    """Castings in one pose; those of class 'bad' have a dark spot."""
    rng, images = np.random.default_rng(0), []
    classes = ['ok', 'bad'] * (n // 2)
    for c in classes:
        image = np.full((200, 200, 3), 235, np.uint8)
        x, y = (int(v) for v in rng.normal(100, shake, 2))
        cv2.circle(image, (x, y), 80, (90, 90, 90), -1)
        cv2.circle(image, (x, y), 30, (170, 170, 170), -1)
        image = shot(image, rng, 5)
        if c == 'bad':
            cv2.circle(image, (x + int(rng.integers(-55, 55)), y + 45), 6, (20, 20, 20), -1)
        images.append(image)
    return images, classes


def radiographs(n=22):
    """One part seen through, with other pores each time, a little shifted, turned and shaded."""
    rng, images = np.random.default_rng(1), []
    y, x = np.mgrid[:300, :200]
    part = 60 + 90 * np.exp(-((x - 100) / 60)**2 - ((y - 150) / 110)**2)
    part[50:90, 75:125] += 50
    part[200:220, 40:160] -= 40
    for _ in range(n):
        image = cv2.GaussianBlur(part, (0, 0), 2) + rng.normal(0, 2)
        for _ in range(rng.integers(1, 5)):
            at = int(rng.integers(50, 150)), int(rng.integers(50, 250))
            cv2.circle(image, at, int(rng.integers(3, 7)), float(rng.uniform(150, 200)), -1)
        moved = cv2.getRotationMatrix2D((100, 150), rng.normal(0, 0.3), 1)
        moved[:, 2] += rng.normal(0, 0.7, 2)
        image = cv2.warpAffine(image, moved, (200, 300), borderMode=cv2.BORDER_REPLICATE)
        images.append(shot(cv2.merge([image] * 3), rng, 1.5))
    return images, ['ok', 'bad'] * (n // 2)


def spectrograms(n=60):
    """Recordings drawn with axes, white margins and a colour bar."""
    rng, images = np.random.default_rng(2), []
    colours = cv2.applyColorMap(np.arange(256, dtype=np.uint8)[None], cv2.COLORMAP_VIRIDIS)[0]
    for _ in range(n):
        sound = cv2.resize(rng.normal(90, 45, (9, 14)), (230, 190), interpolation=cv2.INTER_CUBIC)
        sound = np.clip(sound + rng.normal(0, 15, sound.shape), 0, 255).astype(np.uint8)
        plot = np.full((300, 400, 3), 255, np.uint8)
        plot[40:230, 60:290] = colours[sound]
        plot[40:230, 320:340] = colours[np.linspace(255, 0, 190).astype(int)][:, None]
        cv2.rectangle(plot, (60, 40), (290, 230), (0, 0, 0), 1)
        for k in range(6):
            cv2.putText(plot, str(k), (60 + 45 * k, 250), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 0, 0))
        images.append(plot)
    return images, ['a', 'b'] * (n // 2)


def readings(n=40):
    """Numbers on one display."""
    rng, images = np.random.default_rng(3), []
    for _ in range(n):
        image = np.full((240, 320, 3), (120, 130, 140), np.uint8)
        cv2.rectangle(image, (60, 80), (260, 160), (20, 30, 20), -1)
        cv2.putText(image, f'{rng.integers(0, 100000):05d}', (70, 140), cv2.FONT_HERSHEY_SIMPLEX,
                    1.7, (60, 220, 60), 3)
        images.append(shot(image, rng, 3))
    return images, ['a', 'b'] * (n // 2)


def one_scene(n=40):
    """A camera that stands still: empty, or with something in the picture."""
    rng, images = np.random.default_rng(4), []
    street = cv2.resize(rng.integers(0, 256, (12, 16, 3), dtype=np.uint8), (320, 240),
                        interpolation=cv2.INTER_CUBIC)
    for i in range(n):
        image = street.copy()
        if i % 2:
            x, y = int(rng.integers(0, 280)), int(rng.integers(100, 210))
            cv2.rectangle(image, (x, y), (x + 35, y + 18), rng.integers(0, 256, 3).tolist(), -1)
        images.append(shot(image * rng.normal(1, 0.02), rng, 4))
    return images, ['empty', 'car'] * (n // 2)


def forms(n=40):
    """One printed form, filled in."""
    rng, images = np.random.default_rng(5), []
    for _ in range(n):
        image = np.full((500, 375, 3), 250, np.uint8)
        for y in range(40, 480, 40):
            cv2.line(image, (20, y), (355, y), (30, 30, 30), 1)
            cv2.putText(image, 'Name of field', (22, y - 14), cv2.FONT_HERSHEY_SIMPLEX, 0.4,
                        (20, 20, 20), 1)
            cv2.putText(image, ''.join(rng.choice(list('abcdefgh0123456789'), 12)), (160, y - 12),
                        cv2.FONT_HERSHEY_SIMPLEX, 0.5, (90, 40, 20), 1)
        images.append(shot(image, rng, 2))
    return images, ['a', 'b'] * (n // 2)


LOOKALIKES = {'washers': washers, '200 washers': lambda: washers(200),
              'radiographs': radiographs, 'spectrograms': spectrograms, 'readings': readings,
              'one scene': one_scene, 'forms': forms}
