"""How many slips do the checks catch? Operators and constants of each solution are changed, one at a time.

A mutant that the checks let pass is either an equal program or a hole in the checks; the survivors are printed so that a
person can tell. "Decide" exercises are left out: there a changed constant may well be another right answer.

    python tests/lab/exercises/mutation.py            every mutant of every solution
    python tests/lab/exercises/mutation.py --sample 60
"""

import argparse
import ast
import copy
import os
import random

SWAPS = {
    ast.Add: [ast.Sub, ast.Mult],
    ast.Sub: [ast.Add],
    ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult, ast.FloorDiv],
    ast.Pow: [ast.Mult],
    ast.BitXor: [ast.BitAnd, ast.BitOr],
    ast.BitAnd: [ast.BitOr],
    ast.BitOr: [ast.BitAnd],
    ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
    ast.And: [ast.Or],
    ast.Or: [ast.And],
}


def mutants(source):
    """Every program that differs from `source` in one operator or constant."""
    tree = ast.parse(source)
    for number, node in enumerate(ast.walk(tree)):
        for change in changes(node):
            mutant = copy.deepcopy(tree)
            change(list(ast.walk(mutant))[number])
            yield ast.unparse(ast.fix_missing_locations(mutant))


def changes(node):
    """The changes that can be made to a node, as functions of its copy."""
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp):
        for other in SWAPS.get(type(node.op), []):
            yield lambda n, other=other: setattr(n, "op", other())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield drop_sign
    elif isinstance(node, ast.Compare):
        for other in SWAPS.get(type(node.ops[0]), []):
            yield lambda n, other=other: n.ops.__setitem__(0, other())
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield lambda n: setattr(n, "value", not n.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield lambda n: setattr(n, "value", n.value + 1)
        yield lambda n: setattr(n, "value", n.value - 1)


def drop_sign(node):
    """Turn `-x` or `not x` into `+x` or `not not x`."""
    if isinstance(node.op, ast.USub):
        node.op = ast.UAdd()
    else:
        node.operand = ast.UnaryOp(ast.Not(), node.operand)


def survives(exercise, source):
    """Whether the checks let a mutant pass."""
    from labkit.lab.exercises.check import judge

    try:
        answer = exercise.make(source)
    except Exception:
        return False
    return judge(exercise, answer)[0] == "passed"


def measure(sample=None, seed=0):
    """Number of mutants tried, and the survivors as pairs (id, source)."""
    from labkit.lab.exercises.catalogue import all_exercises

    tried = [
        (exercise, mutant)
        for exercise in all_exercises()
        if exercise.kind != "decide"
        for mutant in mutants(exercise.solution)
    ]
    if sample:
        tried = random.Random(seed).sample(tried, min(sample, len(tried)))
    return len(tried), [(exercise.id, mutant) for exercise, mutant in tried if survives(exercise, mutant)]


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    parser = argparse.ArgumentParser(description="Mutation check of the exercises.")
    parser.add_argument("--sample", type=int, help="how many mutants, drawn at random; without it, all")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    total, survivors = measure(options.sample, options.seed)
    for id, source in survivors:
        print(f"--- survives: {id}\n{source}\n")
    print(f"{total - len(survivors)} of {total} mutants caught: {1 - len(survivors) / total:.1%}")
