"""Odd files as folders of images hold them: {name: bytes}, each made here, each of a kind.

`images()` are to be read, `refused()` are not; the latter with a word of the reason.
"""
import io
import os
import struct
import zlib

import cv2
import numpy as np
from PIL import Image

# what EXIF orientation 1 to 8 does to an image on its way into the file, undone when it is read
STORED = {1: lambda p: p, 2: lambda p: p[:, ::-1], 3: lambda p: p[::-1, ::-1],
          4: lambda p: p[::-1], 5: lambda p: p.swapaxes(0, 1), 6: lambda p: np.rot90(p),
          7: lambda p: p[::-1, ::-1].swapaxes(0, 1), 8: lambda p: np.rot90(p, -1)}


def blobs(number, height=40, width=60):
    """uint8 RGB, smooth, with a different image for each number."""
    small = np.random.default_rng(number).integers(0, 256, (5, 6, 3), dtype=np.uint8)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


def encode(image, kind, mode='RGB', **options):
    opened = image if isinstance(image, Image.Image) else Image.fromarray(image).convert(mode)
    file = io.BytesIO()
    opened.save(file, kind, **options)
    return file.getvalue()


def with_orientation(image, orientation, kind='JPEG', **options):
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = np.ascontiguousarray(STORED[orientation](image))
    return encode(stored, kind, exif=exif, **options)


def grey16(number):
    return Image.fromarray(cv2.cvtColor(blobs(number), cv2.COLOR_RGB2GRAY).astype(np.uint16) * 257)


def rgb16(number, suffix):
    return cv2.imencode(suffix, blobs(number).astype(np.uint16) * 256 + 99)[1].tobytes()


def images():
    """{name: bytes} of files that hold an image, a different one each."""
    number = iter(range(1000))

    def new(kind, *mode, **options):
        return encode(blobs(next(number)), kind, *mode, **options)

    files = {
        'plain.jpg': new('JPEG'), 'grey.jpg': new('JPEG', 'L'), 'cmyk.jpg': new('JPEG', 'CMYK'),
        'progressive.jpg': new('JPEG', progressive=True), 'every colour.jpg': new(
            'JPEG', subsampling=0), 'quality 5.jpg': new('JPEG', quality=5),
        'camera adds.jpg': new('JPEG') + b'whatever the maker adds',
        'with a profile.jpg': new('JPEG', icc_profile=b'\xff\xd9' * 300, comment=b'\xff\xd8\xff'),
        'two in one.jpg': new('MPO', save_all=True, append_images=[Image.fromarray(blobs(900))]),
        'plain.png': new('PNG'), 'grey.png': new('PNG', 'L'), 'grey alpha.png': new('PNG', 'LA'),
        'alpha.png': new('PNG', 'RGBA'), 'palette.png': new('PNG', 'P'),
        'clear palette.png': new('PNG', 'P', transparency=b'\x00\x80\xff'),
        'one bit.png': new('PNG', '1'), 'grey 16.png': encode(grey16(next(number)), 'PNG'),
        'rgb 16.png': rgb16(next(number), '.png'),
        'plain.gif': new('GIF'), 'clear.gif': new('GIF', 'P', transparency=3),
        'moving.gif': new('GIF', save_all=True, append_images=[Image.fromarray(blobs(901))]),
        'plain.bmp': new('BMP'), 'grey.bmp': new('BMP', 'L'), 'one bit.bmp': new('BMP', '1'),
        'plain.webp': new('WEBP'), 'exact.webp': new('WEBP', lossless=True),
        'alpha.webp': new('WEBP', 'RGBA'),
        'plain.tif': new('TIFF'), 'lzw.tif': new('TIFF', compression='tiff_lzw'),
        'jpeg.tif': new('TIFF', compression='jpeg'), 'cmyk.tif': new('TIFF', 'CMYK'),
        'grey 16.tif': encode(grey16(next(number)), 'TIFF'),
        'rgb 16.tif': rgb16(next(number), '.tif'),
        'pages.tif': new('TIFF', save_all=True, append_images=[Image.fromarray(blobs(902))]),
        'plain.ppm': new('PPM'), 'grey.pgm': new('PPM', 'L'), 'one bit.pbm': new('PPM', '1'),
        'plain.jp2': new('JPEG2000'), 'grey.jp2': new('JPEG2000', 'L'),
        'tall.png': encode(blobs(next(number), 5000, 1), 'PNG'),
        'tall.jpg': encode(blobs(next(number), 5000, 1), 'JPEG'),
        'wide.jpg': encode(blobs(next(number), 1, 5000), 'JPEG'),
        'dot.png': encode(np.full((1, 1, 3), 77, np.uint8), 'PNG'),
        'dot.jpg': encode(np.full((1, 1, 3), 99, np.uint8), 'JPEG'),
        'is a png.jpg': new('PNG'), 'is a gif.jpg': new('GIF'), 'is a jpeg.png': new('JPEG'),
        'is a webp.jpeg': new('WEBP'), 'is a bmp.txt': new('BMP'), 'no extension': new('JPEG'),
        'UPPER.JPG': new('JPEG'), 'Mixed.JpEg': new('JPEG'), 'two.dots.jpg': new('JPEG'),
        ' spaces  in it .jpg': new('JPEG'), "it's.jpg": new('JPEG'), 'comma, semicolon;.jpg': new(
            'JPEG'), '#1 100% & more.jpg': new('JPEG'), '=1+1.jpg': new('JPEG'),
        '猫と犬.jpg': new('JPEG'), 'ключ.png': new('PNG'), 'كلب.jpg': new('JPEG'),
        '😀👩‍👩‍👧 cat.jpg': new('JPEG'), 'u\u0308ber.jpg': new('JPEG'), 'NA.jpg': new('JPEG'),
        'long ' + 'x' * 190 + '.jpg': new('JPEG')}
    for orientation in STORED:
        for kind in ('JPEG', 'PNG', 'TIFF', 'WEBP'):
            name = f'orientation {orientation}.{kind.lower()}'
            files[name] = with_orientation(blobs(next(number)), orientation, kind)
    files['orientation 9.jpg'] = new('JPEG', exif=b'Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0'
                                     b'\x01\0\0\0\x09\0\0\0\0\0\0\0')
    if os.name == 'posix':
        files['"quoted" <?>|*:.jpg'] = new('JPEG')
        files['back\\slash.jpg'] = new('JPEG')
    return files


def refused():
    """{name: (bytes, word of the reason)} of files that hold no image, or none to be read."""
    image = blobs(800)
    kinds = {'jpg': encode(image, 'JPEG'), 'progressive.jpg': encode(image, 'JPEG',
             progressive=True), 'png': encode(image, 'PNG'), 'gif': encode(image, 'GIF'),
             'bmp': encode(image, 'BMP'), 'webp': encode(image, 'WEBP'),
             'tif': encode(image, 'TIFF'), 'lzw.tif': encode(image, 'TIFF',
             compression='tiff_lzw'), 'avif': encode(image, 'AVIF'), 'ppm': encode(image, 'PPM'),
             'jp2': encode(image, 'JPEG2000')}
    files = {f'cut at {tenth} of 10.{kind}': (data[:len(data) * tenth // 10], 'damaged')
             for kind, data in kinds.items() for tenth in range(1, 10)}
    values = np.linspace(0, 1, 600, dtype=np.float32).reshape(20, 30)
    files |= {
        'empty.jpg': (b'', 'empty'), 'one byte.jpg': (b'\xff', 'not an image'),
        'page.jpg': (b'<html>404 not found</html>', 'not an image'),
        'notes.txt': (b'cats', 'not an image'), 'Thumbs.db': (b'\xd0\xcf\x11\xe0' * 200, 'hidden'),
        'zeros.jpg': (bytes(5000), 'not an image'), 'archive.zip': (b'PK\x03\x04' * 99, 'not a'),
        'film.mp4': (b'\0\0\0\x18ftypmp42' + bytes(99), 'not an image'),
        'drawing.svg': (b'<svg xmlns="http://www.w3.org/2000/svg"/>', 'not an image'),
        'paper.pdf': (b'%PDF-1.4\n', 'not an image'),
        'program.eps': (b'%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n', 'not an image'),
        'noise.jpg': (np.random.default_rng(0).bytes(5000), 'not an image'),
        'start only.jpg': (b'\xff\xd8\xff\xe0', 'damaged'),
        'two lines\n.jpg': (kinds['jpg'], 'line break'),
        'float.tif': (encode(Image.fromarray(values), 'TIFF'), '32 bits'),
        'long whole.tif': (encode(Image.fromarray((values * 1e6).astype(np.int32)), 'TIFF'), '32'),
        '.DS_Store': (b'\0\0\0\x01Bud1', 'hidden'), '._x.jpg': (kinds['jpg'], 'hidden')}
    return files | {name: (data, 'pixels') for name, data in bombs().items()}


def bombs():
    """{name: bytes}: a few kB whose header promises 10 to 4,000 million pixels."""
    jpeg, gif, bmp, webp = (bytearray(encode(blobs(801), kind))
                            for kind in ('JPEG', 'GIF', 'BMP', 'WEBP'))
    at = jpeg.index(b'\xff\xc0') + 5
    jpeg[at:at + 4] = struct.pack('>HH', 65500, 65500)
    gif[6:10] = struct.pack('<HH', 65535, 65535)
    bmp[18:26] = struct.pack('<ii', 60000, 60000)
    webp[26:30] = struct.pack('<HH', 16383, 16383)
    jp2 = bytearray(encode(blobs(801), 'JPEG2000'))
    header, size = jp2.index(b'ihdr') + 4, jp2.index(b'\xff\x4f\xff\x51') + 8
    jp2[header:header + 8] = jp2[size:size + 8] = struct.pack('>II', 60000, 60000)
    entries = [(256, 60000), (257, 60000), (258, 8), (259, 1), (262, 1), (273, 8), (277, 1),
               (278, 60000), (279, 9)]
    tiff = b'II*\0\x08\0\0\0' + struct.pack('<H', len(entries)) + b''.join(
        struct.pack('<HHII', tag, 4, 1, value) for tag, value in entries) + bytes(4)
    return {'bomb.jpg': bytes(jpeg), 'bomb.gif': bytes(gif), 'bomb.bmp': bytes(bmp),
            'bomb.webp': bytes(webp), 'bomb.tif': tiff, 'bomb.png': white_png(60000, 60000, rows=9),
            'bomb.pgm': b'P5 60000 60000 255\n' + bytes(9), 'bomb.jp2': bytes(jp2),
            'whole bomb.png': white_png(9000, 9400, rows=9400)}


def white_png(width, height, rows):
    """A PNG of one bit a pixel that says it is width x height and has `rows` of its rows."""
    def chunk(kind, data):
        return (struct.pack('>I', len(data)) + kind + data
                + struct.pack('>I', zlib.crc32(kind + data)))

    header = struct.pack('>IIBBBBB', width, height, 1, 0, 0, 0, 0)
    data = zlib.compress((b'\0' + b'\xff' * ((width + 7) // 8)) * rows)
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', header) + chunk(b'IDAT', data)
            + chunk(b'IEND', b''))
