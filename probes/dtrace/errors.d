#!/usr/bin/env -S fctarget dtrace -s
/*
 * SPDX-License-Identifier: MIT
 * What goes wrong, as it happens, and how often: commands that end with a status other than GOOD, aborted exchanges, logins that
 * fail, links that go down. args[4] of scsi-response is FcTarget's own: status, sense data, LUN.
 *
 * usage: errors.d     (ends with Ctrl-C)
 */

#pragma D option quiet
#pragma D option switchrate=10hz

fc:::scsi-response
/args[4]->fcf_scsi_status != 0/
{
	printf("%s opcode %02x lun %x status %02x\n", args[0]->ci_remote, args[2]->ic_cdb[0], args[4]->fcf_lun >> 48,
	    args[4]->fcf_scsi_status);
	@errors[args[0]->ci_remote, probename] = count();
}

fc:::scsi-response
/args[4]->fcf_scsi_status != 0 && args[4]->fcf_sense_len >= 14/
{
	printf("%s   sense %x/%02x/%02x\n", args[0]->ci_remote, args[4]->fcf_sense[2] & 0xf, args[4]->fcf_sense[12],
	    args[4]->fcf_sense[13]);
}

fc:::abts-receive
{
	printf("%s aborts an exchange\n", args[0]->ci_remote);
	@errors[args[0]->ci_remote, probename] = count();
}

fc:::rport-login-end
/args[4] != 0/
{
	printf("%s login failed: %d\n", args[0]->ci_remote, args[4]);
	@errors[args[0]->ci_remote, probename] = count();
}

fc:::link-down
{
	printf("%s link down\n", args[0]->ci_local);
	@errors[args[0]->ci_local, probename] = count();
}

END
{
	printf("\n   %-26s %20s %8s\n", "WWN", "FC EVENT", "COUNT");
	printa("   %-26s %20s %@8d\n", @errors);
}
