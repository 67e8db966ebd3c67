import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from labkit.data.images import ImageCollection, read_image


def png_claiming(width, height):
    """A PNG whose header promises a size that its few bytes do not hold: the start of a decompression bomb."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def test_a_folder_of_pictures(tmp_path):
    (tmp_path / "deep").mkdir()
    Image.new("RGB", (100, 50), "black").save(tmp_path / "wide.jpg")
    Image.new("L", (300, 300), 255).save(tmp_path / "deep" / "white.png")
    Image.new("L", (30, 30)).save(tmp_path / ".hidden.png")
    (tmp_path / "notes.txt").write_text("not a picture")
    found = ImageCollection.from_folder(tmp_path, size=64)
    assert found.ids == ["deep/white.png", "wide.jpg"] and not found.skipped
    assert found.images.shape == (2, 64, 64) and found.images.dtype == np.uint8
    assert (found.images[0] == 255).all()
    # 100 x 50 becomes 64 x 32, in the middle of a white square.
    assert (found.images[1][16:48] < 8).all()
    assert (found.images[1][:16] == 255).all() and (found.images[1][48:] == 255).all()
    assert "2 images" in repr(found) and len(found) == 2


def test_the_camera_says_which_side_is_up(tmp_path):
    picture = Image.new("L", (60, 60), 255)
    picture.paste(0, (0, 0, 60, 20))  # black at the top
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees clockwise to see it upright
    picture.save(tmp_path / "turned.jpg", exif=exif)
    seen = read_image(tmp_path / "turned.jpg", 60)
    assert seen[:, -15:].mean() < 20 and seen[:, :30].mean() > 235


def test_transparent_pictures_lie_on_white_and_deep_greys_keep_their_shades(tmp_path):
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(tmp_path / "glass.png")
    assert (read_image(tmp_path / "glass.png", 40) == 255).all()
    Image.fromarray(np.full((40, 40), 128 * 256, np.uint16)).save(tmp_path / "deep.png")
    assert (read_image(tmp_path / "deep.png", 40) == 128).all()


def test_damaged_and_huge_pictures_are_named_and_skipped(tmp_path):
    Image.new("L", (64, 64), 255).save(tmp_path / "good.png")
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    (tmp_path / "cut.jpg").write_bytes(b"")
    (tmp_path / "bomb.png").write_bytes(png_claiming(60_000, 60_000))
    (tmp_path / "large.png").write_bytes(png_claiming(9_000, 9_000))
    with pytest.warns(UserWarning, match="is left out"):
        found = ImageCollection.from_folder(tmp_path, size=64)
    assert found.ids == ["good.png"]
    assert set(found.skipped) == {"broken.png", "cut.jpg", "bomb.png", "large.png"}
    assert "81,000,000" in found.skipped["large.png"].replace("9,000 x 9,000 pixels", "81,000,000")


def test_folders_without_pictures_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="no picture found"):
        ImageCollection.from_folder(tmp_path)
    with pytest.raises(FileNotFoundError, match="no folder"):
        ImageCollection.from_folder(tmp_path / "absent")
    with pytest.raises(ValueError, match="32 and 1024"):
        ImageCollection.from_folder(tmp_path, size=5000)
    (tmp_path / "broken.png").write_bytes(b"x")
    with pytest.warns(UserWarning), pytest.raises(FileNotFoundError, match="of 1 pictures none"):
        ImageCollection.from_folder(tmp_path)
