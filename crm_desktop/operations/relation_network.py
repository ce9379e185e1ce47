"""The network of relations around a contact, to be drawn: who is how near, and what joins them."""

from dataclasses import dataclass

from crm_desktop.operations.session import Session
from crm_desktop.storage import relations
from crm_desktop.storage.database import Connection
from crm_desktop.storage.relations import Link, Party

__all__ = ["DEPTHS", "MOST_NODES", "Link", "Network", "Node", "network"]

DEPTHS = (1, 2, 3)
MOST_NODES = 300


@dataclass(frozen=True, slots=True)
class Node:
    """Somebody in the network, so many relations away from the one in its middle."""

    party: Party
    distance: int


@dataclass(frozen=True, slots=True)
class Network:
    """The nodes, nearest first (the middle one at once), the links between them, how many are left out."""

    nodes: tuple[Node, ...]
    links: tuple[Link, ...]
    left_out: int


def network(session: Session, contact_id: int, *, depth: int = 2, most: int = MOST_NODES) -> Network:
    """Return who is at most ``depth`` relations away from a contact, the nearest ``most`` of them.

    Nobody in the trash is in it, nor who is reached only through him.
    """
    with session.reading("records.view") as connection:
        distances, left_out = _distances(connection, contact_id, depth=depth, most=most)
        parties = relations.parties(connection, distances)
        # Whose card it is: it can be looked at in the trash too.
        parties |= relations.parties(connection, [contact_id], with_trash=True)
        links = relations.links_of(connection, list(parties))
    nodes = tuple(Node(parties[i], distance) for i, distance in distances.items() if i in parties)
    inside = {node.party.id for node in nodes}
    kept = tuple(link for link in links if link.from_id in inside and link.to_id in inside)
    return Network(nodes, kept, left_out)


def _distances(
    connection: Connection, contact_id: int, *, depth: int, most: int
) -> tuple[dict[int, int], int]:
    """Return the distance of each node in the order it was reached, and how many more were reached."""
    distances, edge, left_out = {contact_id: 0}, [contact_id], 0
    for distance in range(1, depth + 1):
        links = relations.links_of(connection, edge)
        sides = dict.fromkeys(side for link in links for side in (link.from_id, link.to_id))
        fresh = [side for side in sides if side not in distances]
        there = relations.parties(connection, fresh)
        edge = [side for side in fresh if side in there]
        room = most - len(distances)
        left_out += max(0, len(edge) - room)
        edge = edge[:room]
        distances |= dict.fromkeys(edge, distance)
        if not edge:
            break
    return distances, left_out
