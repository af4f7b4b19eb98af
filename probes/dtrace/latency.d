#!/usr/bin/env -S fctarget dtrace -s
/*
 * SPDX-License-Identifier: MIT
 * Microseconds from scsi-command to scsi-response, by remote port and operation code; the average and the distribution.
 * Commands are told apart by what only FcTarget's probes know: the exchange, in args[4].
 *
 * usage: latency.d     (ends with Ctrl-C)
 */

#pragma D option quiet

fc:::scsi-command
{
	start[args[0]->ci_remote, args[4]->fcf_ox_id] = timestamp;
}

fc:::scsi-response
/start[args[0]->ci_remote, args[4]->fcf_ox_id]/
{
	this->us = (timestamp - start[args[0]->ci_remote, args[4]->fcf_ox_id]) / 1000;
	@average[args[0]->ci_remote, args[2]->ic_cdb[0]] = avg(this->us);
	@distribution[args[0]->ci_remote, args[2]->ic_cdb[0]] = quantize(this->us);
	start[args[0]->ci_remote, args[4]->fcf_ox_id] = 0;
}

END
{
	printf("   %-26s %6s %12s\n", "REMOTE WWN", "OPCODE", "AVERAGE (us)");
	printa("   %-26s     %02x %@12d\n", @average);
	printa("\n   %s opcode %02x (us)%@d", @distribution);
}
