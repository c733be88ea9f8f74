"""For every order of the numbers 1 to n: how often must the first so many be turned round until a 1 leads? Prints a sum that
depends on the sequence of orders, and the most turns."""

import sys


def fannkuch(n):
    order = list(range(n))
    left = [i + 1 for i in order]
    most = total = 0
    even = True
    while True:
        pile = order[:]
        turns = 0
        while pile[0]:
            first = pile[0]
            pile[:first + 1] = pile[first::-1]
            turns += 1
        most = max(most, turns)
        total += turns if even else -turns
        even = not even
        # The next order: rotate a prefix, and a longer one each time a shorter has come round.
        for i in range(1, n):
            order[:i + 1] = order[1:i + 1] + order[:1]
            left[i] -= 1
            if left[i] > 0:
                break
            left[i] = i + 1
        else:
            return total, most


print(*fannkuch(int(sys.argv[1])))
