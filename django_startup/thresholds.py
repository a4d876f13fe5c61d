"""
From which difference on something counts as slower, and from which cost on it is worth a line: one table for all rules.

docs/thresholds.md explains the rules, and a test holds its figures to these. _NS are nanoseconds, _BYTES bytes, _SHARE
parts of one; whatever else there is is a number without a unit.
"""

from __future__ import annotations

# What to change first: fixes and culprits.
WORTH_SHARE = 0.01  # of the total: what saves less would not be noticed
WORTH_NS = 2_000_000  # in a short boot 1 % would be within what a single import varies by
FAILED_IMPORTS = 1000  # of one line: a loop over names that are not there, whatever it costs on a fast disk
SMALL_NS = 1_000_000  # what saves less is shown as nothing, even in a sum of small ones
COLLECTIONS_SHARE = 0.05  # of the total: garbage collections always take some time
TAKEN_ALONG_SHARE = 0.25  # of the project's other modules: who closes lines that cost more takes the project apart
TAKEN_ALONG = 10  # modules: in a small project one module is a large part
DATABASE_SHARE = 0.1  # of a session of pytest: preparing databases always takes some time

# One profile: how many boots.
FALL_SHARE = 0.02  # of the least times together: a boot that would lower them by less is not worth its time

# One profile: how fast the machine was.
SPEED_SHARE = 0.05  # by which the reference workload varies on a quiet machine: "as fast as usual"
SPEED_PROFILES = 3  # the median of fewer earlier ones is not what is usual

# The row noise of one profile.
NOISE_SHARE = 0.1  # of the total: what is more is with the phases in which the fastest boot needed it

# Two profiles (startupprofile --compare): the totals.
TOTAL_SHARE = 0.05  # of the larger total: on a busy machine the CPU time of the same code drifts as much
EXACT_SHARE = 0.05  # of a saving: what --fix writes is measured until the saving is known to that

# Two profiles: each package, app, ready() and module.
ITEM_NS = 2_000_000  # less is noise, even in the least of several boots
ITEM_SHARE = 0.1  # of the larger time: long items vary by more
EFFECT_NS = 10_000_000  # side effects are timed in one boot only
EFFECT_SHARE = 0.25  # of the larger time, for the same reason
SCATTERS = 5  # at least as many times the share by which unchanged modules typically seem to have changed

# Two profiles: by how much the machine itself was faster or slower.
DRIFT_MODULES = 20  # unchanged modules: the median of fewer says nothing about the machine
DRIFT_MODULE_NS = 100_000  # of self time in both: a microsecond more is a large part of less
DRIFT_SHARE = 0.03  # less is not mentioned

# Two profiles: memory.
MEMORY_SHARE = 0.02  # of the whole boot before: its memory varies a little from boot to boot
MEMORY_BYTES = 2 * 2**20  # the same in a small project
PACKAGE_MEMORY_SHARE = 0.25  # of the larger figure: the package that comes first also pays for what is shared
PACKAGE_MEMORY_BYTES = 8 * 2**20  # the same for small packages
NEW_PACKAGE_BYTES = 2**20  # of a package that is only in one of the two

# Two starts of runserver.
START_NS = 50_000_000  # nobody notices less
START_LEAST_SHARE = 0.05  # of the last start, even where the starts so far were alike
START_MOST_SHARE = 0.25  # of the last start: a project that is worked on has real steps too
START_FIRST_SHARE = 0.2  # of the last start, while there are too few steps to know
START_STEPS = 3  # differences between successive starts: the median of fewer is chance
START_FACTOR = 3  # times the usual step, which is what starts of the same code differ by
START_PART_NS = 5_000_000  # a part of a start that takes less explains nothing
START_COMPILED_NS = 100_000_000  # of compiling: less is not mentioned

# A limit in time (startupbudget --max, --max-ready and others), judged boot by boot.
CLEARLY_UNDER = 0.8  # of the limit: noise only adds, so one boot this far below it is proof
CLEARLY_OVER = 3  # times the limit: whatever the machine does, no boot takes that much longer than it should
CLEARLY_OVER_BOOTS = 2  # boots after which that is over: the first may have compiled every module
COLD_TIMES = 4  # times as long as another at most a boot that compiles every module takes: beyond, one boot is proof
CLEARLY_OVER_NS = 50_000_000  # by as much at least: a small part is three times as long by chance
FAR_OVER = 1.35  # of the limit: noise does not explain that much in every boot
FAR_OVER_BOOTS = 4  # boots after which far over is over, and a warning a warning
WAITING_BOOTS = 3  # boots after which a limit on waiting is broken: a busy machine does not add to waiting
CHILDREN_QUEUE = 1  # times the boot's own wait for a processor: what its processes wait, for the same CPU time
BUSY_SHARE = 0.1  # of wall time in the run queue: from there on the machine counts as busy
BUSY_MARGIN = 1.1  # of the limit: on a busy machine CPU time itself is off by as much
PART_SHARE = 0.15  # of the limit, for a part of the boot: a part varies by more than the whole
PART_NS = 10_000_000  # the same for small limits

# The time against a baseline or another revision, judged pair by pair.
TOLERANCE = 0.05  # share by which a boot may be slower: smaller changes take too many pairs to find
LEAST_PAIRS = 5  # fewer prove nothing
BASELINE_PAIRS = 7  # of a baseline: each takes twice a boot, and the median of more is hardly better
MOST_PAIRS = 20  # more take too long
CALLS_MOVED_SHARE = 0.02  # of the calls before: if they moved by more, the code does something else
ONE_SIDE_Z = 1.64  # of the normal distribution: one side, 5 %
MEDIAN_EFFICIENCY = 1.2533  # the standard error of a median over that of a mean
MAD_TO_SIGMA = 1.4826  # the median deviation of a normal distribution as a standard deviation
LEAST_SIGMA = 0.008  # standard deviation of ratios: a handful of equal ones would promise too much
GROWTH_BOOTS = 2  # with a recorder, of each side, to see which place a longer time is in
GROWTH_SHARE = 0.2  # of what the largest place grew by: what grew by less explains little
WAITING_NS = 25_000_000  # the waiting of the same code differs by less, in the best of some boots
WAITING_SHARE = 0.25  # of the waiting before, for the same reason

# Counters against a baseline.
COUNTER_SHARE = 0.01  # by which a counter may grow, where the same code differs by less
CALLS_SHARE = 0.01  # by which the same code differs in calls
MEMORY_COUNTER_SHARE = 0.03  # in memory
BYTECODE_SHARE = 0.001  # in bytecode
PART_COUNTER_SHARE = 0.01  # of all calls: modules of the project that make fewer have no line of their own
PART_GROWTH_SHARE = 0.1  # of the growth of a figure: parts that grew by less are not named
