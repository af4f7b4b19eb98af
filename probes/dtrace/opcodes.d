#!/usr/bin/env -S fctarget dtrace -s
/*
 * SPDX-License-Identifier: MIT
 * SCSI commands by remote port and operation code, once a second or every $1 seconds.
 *
 * usage: opcodes.d [seconds]     (ends with Ctrl-C)
 */

#pragma D option quiet
#pragma D option defaultargs

inline int every = $1 ? $1 : 1;

BEGIN
{
	left = every;
}

fc:::scsi-command
{
	@commands[args[0]->ci_remote, args[2]->ic_cdb[0]] = count();
}

tick-1sec
/--left == 0/
{
	printf("%Y\n   %-26s %6s %10s\n", walltimestamp, "REMOTE WWN", "OPCODE", "COUNT");
	printa("   %-26s     %02x %@10d\n", @commands);
	trunc(@commands);
	left = every;
}
