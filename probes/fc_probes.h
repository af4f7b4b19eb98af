/* SPDX-License-Identifier: MIT */
/*
 * Arguments of FcTarget's USDT probes, provider fc, for C, bpftrace and SystemTap. 64-bit processes only.
 *
 *   bpftrace -I DIR --include fc_probes.h -p PID -e 'usdt:*:fc:scsi__command { @[str(((struct conninfo *)arg0)->ci_remote)] = count(); }'
 *
 *   link__up, link__down                        conn
 *   fabric__login__start                        conn, local
 *   fabric__login__end                          conn, local, int status *
 *   rport__login__start                         conn, local, remote, int solicited
 *   rport__login__end                           conn, local, remote, int solicited, int status
 *   rport__logout__start, rport__logout__end    conn, local, remote, int solicited
 *   scsi__command, scsi__response               conn, local, cmd, remote, facts *
 *   xfer__start, xfer__done                     conn, local, cmd, remote, xfer, facts *
 *   rscn__receive                               conn, int affected_id, local *
 *   abts__receive                               conn, local, remote, facts *
 *
 * What is marked * comes after the documented arguments of the provider: facts they cannot carry.
 * Strings are NUL-terminated UTF-8 and never null; what is not known yet is "<unknown>". Numbers are in host order.
 */
#ifndef FC_PROBES_H
#define FC_PROBES_H

/* conninfo_t: who talks to whom. WWNs are 16 lowercase hexadecimal digits. */
struct conninfo {
	char *ci_local;
	char *ci_remote;
	char *ci_protocol;
};

/* fc_port_info_t. Of a remote port, fcp_port_hard_address is the 24-bit N_Port_ID. */
struct fc_port_info {
	char *fcp_node_wwn;
	char *fcp_sym_node_name;
	char *fcp_sym_port_name;
	unsigned int fcp_port_hard_address;
};

/* scsicmd_t: the CDB as received. */
struct scsicmd {
	unsigned long long ic_len;
	unsigned char *ic_cdb;
};

/* fc_xferinfo_t. fcx_flags: 1 to the remote port (read), 2 from it (write), 0x8000 in both probes. */
struct fc_xferinfo {
	unsigned int fcx_len;
	unsigned int fcx_offset;
	unsigned short fcx_flags;
};

/* What the documented arguments cannot carry; 0 where the moment does not know it yet. */
struct fc_cmdfacts {
	unsigned long long fcf_lun;		/* the 8 LUN bytes as one number */
	unsigned char *fcf_sense;		/* null if there is no sense data */
	int fcf_sense_len;
	unsigned int fcf_expected_len;		/* FCP_DL */
	unsigned int fcf_residual;		/* bytes */
	unsigned int fcf_local_id;		/* N_Port_ID */
	unsigned int fcf_remote_id;
	unsigned short fcf_ox_id;
	unsigned short fcf_rx_id;
	unsigned char fcf_residual_kind;	/* 0 none, 1 under, 2 over */
	unsigned char fcf_scsi_status;
	unsigned char fcf_task_mgmt;		/* task management flags of FCP_CMND, 0 for a command */
	unsigned char fcf_rsp_code;		/* RSP_CODE of FCP_RSP */
	unsigned char fcf_transfers;		/* begun so far, 255 at most */
};

#endif
