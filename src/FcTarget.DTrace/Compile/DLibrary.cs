// SPDX-License-Identifier: MIT

namespace FcTarget.DTrace.Compile;

/// <summary>
/// What every program finds declared, in D. The structures lie in memory exactly as those of FcTarget.Probes (LibraryTests compares them);
/// a <c>string</c> in them is a pointer to text.
/// </summary>
internal static class DLibrary
{
    public const string Text = """
        enum dtrace_fault {
            DTRACEFLT_UNKNOWN, DTRACEFLT_BADADDR, DTRACEFLT_BADALIGN, DTRACEFLT_ILLOP, DTRACEFLT_DIVZERO, DTRACEFLT_NOSCRATCH,
            DTRACEFLT_KPRIV, DTRACEFLT_UPRIV, DTRACEFLT_TUPOFLOW, DTRACEFLT_LIBRARY, DTRACEFLT_BADSTACK
        };

        typedef struct conninfo {
            string ci_local;
            string ci_remote;
            string ci_protocol;
        } conninfo_t;

        typedef struct fc_port_info {
            string fcp_node_wwn;
            string fcp_sym_node_name;
            string fcp_sym_port_name;
            uint32_t fcp_port_hard_address;
        } fc_port_info_t;

        typedef struct scsicmd {
            uint64_t ic_len;
            uint8_t *ic_cdb;
        } scsicmd_t;

        typedef struct fc_xferinfo {
            uint32_t fcx_len;
            uint32_t fcx_offset;
            uint16_t fcx_flags;
        } fc_xferinfo_t;

        typedef struct fc_cmdfacts {
            uint64_t fcf_lun;
            uint8_t *fcf_sense;
            int fcf_sense_len;
            uint32_t fcf_expected_len;
            uint32_t fcf_residual;
            uint32_t fcf_local_id;
            uint32_t fcf_remote_id;
            uint16_t fcf_ox_id;
            uint16_t fcf_rx_id;
            uint8_t fcf_residual_kind;
            uint8_t fcf_scsi_status;
            uint8_t fcf_task_mgmt;
            uint8_t fcf_rsp_code;
            uint8_t fcf_transfers;
        } fc_cmdfacts_t;
        """;
}
