#!/usr/bin/env -S fctarget dtrace -s
/*
 * SPDX-License-Identifier: MIT
 * Who talks: how often each probe fired for each remote port.
 *
 * usage: who.d     (ends with Ctrl-C)
 */

#pragma D option quiet

dtrace:::BEGIN
{
	printf("Tracing fc... Hit Ctrl-C to end.\n");
}

fc:::
{
	@events[args[0]->ci_remote, probename] = count();
}

dtrace:::END
{
	printf("   %-26s %20s %8s\n", "REMOTE WWN", "FC EVENT", "COUNT");
	printa("   %-26s %20s %@8d\n", @events);
}
