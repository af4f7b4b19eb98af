#!/usr/bin/env -S fctarget dtrace -s
/*
 * SPDX-License-Identifier: MIT
 * How large transfers are, by remote port and direction.
 *
 * usage: sizes.d     (ends with Ctrl-C)
 */

#pragma D option quiet

fc:::xfer-start
/args[4]->fcx_flags & 1/
{
	@reads[args[0]->ci_remote] = quantize(args[4]->fcx_len);
}

fc:::xfer-start
/!(args[4]->fcx_flags & 1)/
{
	@writes[args[0]->ci_remote] = quantize(args[4]->fcx_len);
}

END
{
	printa("%s reads (bytes)%@d", @reads);
	printa("%s writes (bytes)%@d", @writes);
}
