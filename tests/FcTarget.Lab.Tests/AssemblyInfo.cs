// SPDX-License-Identifier: MIT

// One target and one guest fill two cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
