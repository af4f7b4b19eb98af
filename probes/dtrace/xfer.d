#!/usr/bin/env -S fctarget dtrace -s
/*
 * SPDX-License-Identifier: MIT
 * Bytes transferred, by remote port and direction.
 *
 * usage: xfer.d     (ends with Ctrl-C)
 */

#pragma D option quiet

fc:::xfer-start
{
	@[args[0]->ci_remote, args[4]->fcx_flags & 1 ? "read" : "write"] = sum(args[4]->fcx_len);
}

END
{
	printf("%26s %10s %15s\n", "REMOTE WWN", "READ/WRITE", "BYTES");
	printa("%26s %10s %15@d\n", @);
}
