"""The style of the lessons' plots: readable on JupyterLab's light page and on its dark one."""

import pytest

pytest.importorskip("matplotlib")
backend = pytest.importorskip("matplotlib_inline.backend_inline")

from matplotlib import colors, style  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402

STYLE = "autograder.student.plots"
PAGES = ("#ffffff", "#111111")  # of JupyterLab's two themes
LEAST_CONTRAST = 3.0  # WCAG 2.1, 1.4.11: lines and large text


def luminance(colour):
    """Relative luminance as WCAG 2.1 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    dark, light = sorted(luminance(colors.to_rgba(colour)) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("page", PAGES)
def test_every_line_and_word_of_a_plot_stands_out_from_the_page(page):
    with style.context(STYLE):
        from matplotlib import rcParams

        tones = [entry["color"] for entry in rcParams["axes.prop_cycle"]]
        tones += [rcParams[key] for key in ("text.color", "axes.labelcolor", "axes.edgecolor")]
        tones += [rcParams[key] for key in ("xtick.color", "ytick.color")]
    assert min(contrast(tone, page) for tone in tones) >= LEAST_CONTRAST


def test_a_plot_has_no_background_and_asks_jupyterlab_for_none():
    with style.context(STYLE):
        figure = Figure()
        figure.subplots().loglog([1, 2, 3], [1, 10, 100])
    assert figure.get_facecolor()[3] == 0.0
    assert not (backend._fetch_figure_metadata(figure) or {}).get("needs_background")


def test_a_plot_of_one_grey_would_get_a_white_background_on_a_dark_page():
    with style.context([STYLE, {"ytick.color": "808080"}]):
        figure = Figure()
        figure.subplots().loglog([1, 2, 3], [1, 10, 100])
    assert backend._fetch_figure_metadata(figure) == {"needs_background": "dark"}
