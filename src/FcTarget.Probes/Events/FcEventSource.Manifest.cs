// SPDX-License-Identifier: MIT

using System.Diagnostics.Tracing;

namespace FcTarget.Probes.Events;

/// <summary>
/// The manifest: names, order and types of what <see cref="OnProbe"/> writes, for the runtime to find. A name that ends in Start would
/// begin an activity, hence the opcodes.
/// </summary>
public sealed unsafe partial class FcEventSource
{
    private const EventLevel Level = EventLevel.Informational;
    private const EventActivityOptions NoActivity = EventActivityOptions.Disable;

    [Event((int)FcProbe.LinkUp + 1, Level = Level, Keywords = Keywords.Link, Opcode = EventOpcode.Info, ActivityOptions = NoActivity)]
    internal void LinkUp(string ci_local, string ci_remote) =>
        WriteEvent((int)FcProbe.LinkUp + 1, ci_local, ci_remote);

    [Event((int)FcProbe.LinkDown + 1, Level = Level, Keywords = Keywords.Link, Opcode = EventOpcode.Info, ActivityOptions = NoActivity)]
    internal void LinkDown(string ci_local, string ci_remote) =>
        WriteEvent((int)FcProbe.LinkDown + 1, ci_local, ci_remote);

    [Event((int)FcProbe.FabricLoginStart + 1, Level = Level, Keywords = Keywords.Link, Opcode = EventOpcode.Info, ActivityOptions = NoActivity)]
    internal void FabricLoginStart(string ci_local, string ci_remote, string local_node_wwn, string local_sym_node_name, string local_sym_port_name,
        int local_hard_address) =>
        WriteEvent((int)FcProbe.FabricLoginStart + 1, ci_local, ci_remote, local_node_wwn, local_sym_node_name, local_sym_port_name, local_hard_address);

    [Event((int)FcProbe.FabricLoginEnd + 1, Level = Level, Keywords = Keywords.Link, Opcode = EventOpcode.Info, ActivityOptions = NoActivity)]
    internal void FabricLoginEnd(string ci_local, string ci_remote, string local_node_wwn, string local_sym_node_name, string local_sym_port_name,
        int local_hard_address, int status) =>
        WriteEvent((int)FcProbe.FabricLoginEnd + 1, ci_local, ci_remote, local_node_wwn, local_sym_node_name, local_sym_port_name, local_hard_address,
            status);

    [Event((int)FcProbe.RportLoginStart + 1, Level = Level, Keywords = Keywords.Login, Opcode = EventOpcode.Info, ActivityOptions = NoActivity)]
    internal void RportLoginStart(string ci_local, string ci_remote, string local_node_wwn, string local_sym_node_name, string local_sym_port_name,
        int local_hard_address, string remote_node_wwn, string remote_sym_node_name, string remote_sym_port_name, int remote_hard_address, int solicited) =>
        WriteEvent((int)FcProbe.RportLoginStart + 1, ci_local, ci_remote, local_node_wwn, local_sym_node_name, local_sym_port_name, local_hard_address,
            remote_node_wwn, remote_sym_node_name, remote_sym_port_name, remote_hard_address, solicited);

    [Event((int)FcProbe.RportLoginEnd + 1, Level = Level, Keywords = Keywords.Login, Opcode = EventOpcode.Info, ActivityOptions = NoActivity)]
    internal void RportLoginEnd(string ci_local, string ci_remote, string local_node_wwn, string local_sym_node_name, string local_sym_port_name,
        int local_hard_address, string remote_node_wwn, string remote_sym_node_name, string remote_sym_port_name, int remote_hard_address, int solicited,
        int status) =>
        WriteEvent((int)FcProbe.RportLoginEnd + 1, ci_local, ci_remote, local_node_wwn, local_sym_node_name, local_sym_port_name, local_hard_address,
            remote_node_wwn, remote_sym_node_name, remote_sym_port_name, remote_hard_address, solicited, status);

    [Event((int)FcProbe.RportLogoutStart + 1, Level = Level, Keywords = Keywords.Login, Opcode = EventOpcode.Info, ActivityOptions = NoActivity)]
    internal void RportLogoutStart(string ci_local, string ci_remote, string local_node_wwn, string local_sym_node_name, string local_sym_port_name,
        int local_hard_address, string remote_node_wwn, string remote_sym_node_name, string remote_sym_port_name, int remote_hard_address, int solicited) =>
        WriteEvent((int)FcProbe.RportLogoutStart + 1, ci_local, ci_remote, local_node_wwn, local_sym_node_name, local_sym_port_name, local_hard_address,
            remote_node_wwn, remote_sym_node_name, remote_sym_port_name, remote_hard_address, solicited);

    [Event((int)FcProbe.RportLogoutEnd + 1, Level = Level, Keywords = Keywords.Login, Opcode = EventOpcode.Info, ActivityOptions = NoActivity)]
    internal void RportLogoutEnd(string ci_local, string ci_remote, string local_node_wwn, string local_sym_node_name, string local_sym_port_name,
        int local_hard_address, string remote_node_wwn, string remote_sym_node_name, string remote_sym_port_name, int remote_hard_address, int solicited) =>
        WriteEvent((int)FcProbe.RportLogoutEnd + 1, ci_local, ci_remote, local_node_wwn, local_sym_node_name, local_sym_port_name, local_hard_address,
            remote_node_wwn, remote_sym_node_name, remote_sym_port_name, remote_hard_address, solicited);

    [Event((int)FcProbe.ScsiCommand + 1, Level = Level, Keywords = Keywords.Command, Opcode = EventOpcode.Info, ActivityOptions = NoActivity)]
    internal void ScsiCommand(string ci_local, string ci_remote, string ic_cdb, int local_id, int remote_id, int ox_id, int rx_id, long lun,
        int expected_length, int task_management_flags) =>
        WriteEvent((int)FcProbe.ScsiCommand + 1, ci_local, ci_remote, ic_cdb, local_id, remote_id, ox_id, rx_id, lun, expected_length, task_management_flags);

    [Event((int)FcProbe.ScsiResponse + 1, Level = Level, Keywords = Keywords.Command, Opcode = EventOpcode.Info, ActivityOptions = NoActivity)]
    internal void ScsiResponse(string ci_local, string ci_remote, string ic_cdb, int local_id, int remote_id, int ox_id, int rx_id, long lun,
        int expected_length, int task_management_flags, int scsi_status, int rsp_code, int residual, int residual_kind, string sense) =>
        WriteEvent((int)FcProbe.ScsiResponse + 1, ci_local, ci_remote, ic_cdb, local_id, remote_id, ox_id, rx_id, lun, expected_length, task_management_flags,
            scsi_status, rsp_code, residual, residual_kind, sense);

    [Event((int)FcProbe.XferStart + 1, Level = Level, Keywords = Keywords.Transfer, Opcode = EventOpcode.Info, ActivityOptions = NoActivity)]
    internal void XferStart(string ci_local, string ci_remote, string ic_cdb, int local_id, int remote_id, int ox_id, int rx_id, long lun, int fcx_len,
        int fcx_offset, int fcx_flags) =>
        WriteEvent((int)FcProbe.XferStart + 1, ci_local, ci_remote, ic_cdb, local_id, remote_id, ox_id, rx_id, lun, fcx_len, fcx_offset, fcx_flags);

    [Event((int)FcProbe.XferDone + 1, Level = Level, Keywords = Keywords.Transfer, Opcode = EventOpcode.Info, ActivityOptions = NoActivity)]
    internal void XferDone(string ci_local, string ci_remote, string ic_cdb, int local_id, int remote_id, int ox_id, int rx_id, long lun, int fcx_len,
        int fcx_offset, int fcx_flags) =>
        WriteEvent((int)FcProbe.XferDone + 1, ci_local, ci_remote, ic_cdb, local_id, remote_id, ox_id, rx_id, lun, fcx_len, fcx_offset, fcx_flags);

    [Event((int)FcProbe.RscnReceive + 1, Level = Level, Keywords = Keywords.Login, Opcode = EventOpcode.Info, ActivityOptions = NoActivity)]
    internal void RscnReceive(string ci_local, string ci_remote, int affected_id) =>
        WriteEvent((int)FcProbe.RscnReceive + 1, ci_local, ci_remote, affected_id);

    [Event((int)FcProbe.AbtsReceive + 1, Level = Level, Keywords = Keywords.Command, Opcode = EventOpcode.Info, ActivityOptions = NoActivity)]
    internal void AbtsReceive(string ci_local, string ci_remote, int local_id, int remote_id, int ox_id, int rx_id) =>
        WriteEvent((int)FcProbe.AbtsReceive + 1, ci_local, ci_remote, local_id, remote_id, ox_id, rx_id);
}
