from labkit.lab.style import add_band, new_figure


def test_a_band_goes_out_along_its_upper_end_and_back_along_its_lower():
    figure = new_figure("a finding")
    add_band(figure, 0, (1, 10), low=[0.1, 0.2], high=[0.5, 0.6])
    (band,) = figure.data
    assert (band.x, band.y) == ((1, 10, 10, 1), (0.5, 0.6, 0.2, 0.1))
    assert band.fill == "toself" and band.showlegend is False and band.visible is True
