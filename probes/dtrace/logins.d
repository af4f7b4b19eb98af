#!/usr/bin/env -S fctarget dtrace -s
/*
 * SPDX-License-Identifier: MIT
 * Logins and logouts as they happen.
 *
 * usage: logins.d     (ends with Ctrl-C)
 */

#pragma D option quiet
#pragma D option switchrate=10hz

fc:::link-*
{
	printf("%Y %s %s\n", walltimestamp, args[0]->ci_local, probename);
}

fc:::fabric-login-*
{
	printf("%Y %s %s\n", walltimestamp, args[0]->ci_local, probename);
}

fc:::rport-*
{
	printf("%Y %s %s %s (port id %06x, %s)\n", walltimestamp, args[0]->ci_local, probename, args[0]->ci_remote,
	    args[2]->fcp_port_hard_address, args[3] ? "by us" : "by it");
}
