"""Packs: one with the first publication, another when much has changed."""

from tests.real_gateway import RealGateway


def test_a_pack_is_written_first_and_again_when_a_tenth_changed(real: RealGateway) -> None:
    real.list_companies(range(100))
    real.publish()
    first = real.served().pack
    assert first
    assert real.folder.pack_path(first.map_root).stat().st_size == first.length
    real.list_companies(range(200, 206))
    real.publish(1)
    assert real.served().pack == first
    real.list_companies(range(300, 310))
    real.publish(2)
    assert real.served().pack != first
