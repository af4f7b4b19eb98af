// SPDX-License-Identifier: MIT

using FcTarget.Decode;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;
using FcTarget.Scsi;

namespace FcTarget.Replay.Conversation;

/// <summary>What the report and the tolerances call an exchange.</summary>
internal static class ExchangeNames
{
    private static readonly string[] VpdPages = [.. Enumerable.Range(0, 256).Select(static page => $"INQUIRY VPD {page:X2}h")];

    public static string OfCommand(in FcpCmnd command)
    {
        if (command.Header.IsTaskManagement) return OfTaskManagement(command.Header.TaskManagement);
        return command.Cdb[0] == (byte)OperationCode.Inquiry && (command.Cdb[1] & 1) != 0 ? VpdPages[command.Cdb[2]] : CommandNames.Of(command.Cdb);
    }

    /// <summary>The name of a link service or generic service request.</summary>
    public static string OfRequest(in FcFrame frame)
    {
        if (frame.Header.Type == FcType.Ct) return OfCt(frame.Payload);
        if (!ElsPayload.TryReadCommand(frame.Payload, out ElsCommand command)) return "ELS";
        return StandardNames.Of(command) ?? $"ELS {(byte)command:x2}h";
    }

    /// <summary>The name of a FIP request that is answered; null for what nobody answers.</summary>
    public static string? OfFip(in FipMessage message, bool isGroup) => (message.Operation, message.Subcode) switch
    {
        (FipOperation.Discovery, (byte)FipDiscoverySubcode.Solicitation) => "FIP Discovery Solicitation",
        (FipOperation.Vlan, (byte)FipVlanSubcode.Request) => "FIP VLAN Request",
        (FipOperation.Vn2Vn, (byte)FipVn2VnSubcode.ClaimNotification) when isGroup => "FIP Claim Notification",
        _ => null,
    };

    /// <summary>The name of the request that a FIP message answers; null when it is no answer.</summary>
    public static string? OfFipAnswer(in FipMessage message, bool isGroup) => (message.Operation, message.Subcode) switch
    {
        (FipOperation.Discovery, (byte)FipDiscoverySubcode.Advertisement) when !isGroup => "FIP Discovery Solicitation",
        (FipOperation.Vlan, (byte)FipVlanSubcode.Notification) => "FIP VLAN Request",
        (FipOperation.Vn2Vn, (byte)FipVn2VnSubcode.ClaimResponse) => "FIP Claim Notification",
        _ => null,
    };

    private static string OfTaskManagement(FcpTaskManagementFlags flags) =>
        Enum.IsDefined(flags) ? StandardNames.Words(flags.ToString()).ToUpperInvariant() : $"TASK MANAGEMENT {(byte)flags:x2}h";

    private static string OfCt(ReadOnlySpan<byte> iu)
    {
        if (!CtIu.TryRead(iu, out CtPreamble ct, out _)) return "CT";
        string? name = ct.GsType == CtGsType.ManagementService ? StandardNames.OfFdmi(ct.CommandCode) : StandardNames.OfNameServer(ct.CommandCode);
        return name is null ? $"CT {(ushort)ct.CommandCode:x4}h" : $"CT {name}";
    }
}
