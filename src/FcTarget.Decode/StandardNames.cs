// SPDX-License-Identifier: MIT

using System.Collections.Frozen;
using System.Text;
using FcTarget.Formats.Fcp;
using FcTarget.Formats.Fip;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;
using FcTarget.Scsi;

namespace FcTarget.Decode;

/// <summary>What the standards call the numbers on the wire. One string a name, made once.</summary>
internal static class StandardNames
{
    private static readonly string?[] Els = ByNumber<ElsCommand>(256, Acronym);
    private static readonly FrozenDictionary<ushort, string> NameServer = Enum.GetValues<NameServerCommand>().ToFrozenDictionary(c => (ushort)c, c => Acronym(c.ToString()));
    private static readonly FrozenDictionary<ushort, string> Fdmi = Enum.GetValues<FdmiCommand>().ToFrozenDictionary(c => (ushort)c, c => c.ToString().ToUpperInvariant());
    private static readonly string?[] ElsReasons = ByNumber<ElsRejectReason>(256, Words);
    private static readonly string?[] ElsExplanations = ByNumber<ElsRejectExplanation>(256, Words);
    private static readonly string?[] CtReasons = ByNumber<CtRejectReason>(256, Words);
    private static readonly string?[] CtExplanations = ByNumber<CtRejectExplanation>(256, Words);
    private static readonly string?[] BaReasons = ByNumber<BaRjtReason>(256, Words);
    private static readonly string?[] BaExplanations = ByNumber<BaRjtExplanation>(256, Words);
    private static readonly string?[] LinkReasons = ByNumber<LinkRejectReason>(256, Words);
    private static readonly string?[] AssociatedTypes = ByNumber<RnidAssociatedType>(256, Words);
    private static readonly string?[] RspCodes = ByNumber<FcpRspCode>(256, Words);
    private static readonly string?[] Keys = ByNumber<SenseKey>(16, Capitals);
    private static readonly string?[] Statuses = ByNumber<ScsiStatus>(256, Capitals);
    private static readonly string?[] Attributes = ByNumber<FcpTaskAttribute>(8, Capitals);

    public static string? Of(ElsCommand command) => Els[(byte)command];

    public static string? OfNameServer(ushort command) => NameServer.GetValueOrDefault(command);

    public static string? OfFdmi(ushort command) => Fdmi.GetValueOrDefault(command);

    public static string? Of(ElsRejectReason reason) => ElsReasons[(byte)reason];

    public static string? Of(ElsRejectExplanation explanation) => ElsExplanations[(byte)explanation];

    public static string? Of(CtRejectReason reason) => CtReasons[(byte)reason];

    public static string? Of(CtRejectExplanation explanation) => CtExplanations[(byte)explanation];

    public static string? Of(BaRjtReason reason) => BaReasons[(byte)reason];

    public static string? Of(BaRjtExplanation explanation) => BaExplanations[(byte)explanation];

    public static string? Of(LinkRejectReason reason) => LinkReasons[(byte)reason];

    public static string? Of(RnidAssociatedType type) => (uint)type < AssociatedTypes.Length ? AssociatedTypes[(int)type] : null;

    public static string? Of(FcpRspCode code) => RspCodes[(byte)code];

    public static string? Of(SenseKey key) => Keys[(byte)key & 0xF];

    public static string? Of(ScsiStatus status) => Statuses[(byte)status];

    public static string? Of(FcpTaskAttribute attribute) => Attributes[(byte)attribute & 7];

    public static string OfBls(RCtl rCtl) => rCtl switch
    {
        RCtl.Nop => "NOP",
        RCtl.Abts => "ABTS",
        RCtl.BaAcc => "BA_ACC",
        RCtl.BaRjt => "BA_RJT",
        _ => "BLS",
    };

    public static string OfLinkControl(RCtl rCtl) => rCtl switch
    {
        RCtl.Ack1 => "ACK_1",
        RCtl.Ack0 => "ACK_0",
        RCtl.PRjt => "P_RJT",
        RCtl.FRjt => "F_RJT",
        RCtl.PBsy => "P_BSY",
        RCtl.FBsyToDataFrame or RCtl.FBsyToLinkControlFrame => "F_BSY",
        RCtl.Lcr => "LCR",
        RCtl.Nty => "NTY",
        RCtl.End => "END",
        _ => "Link_Control",
    };

    public static string OfFip(in FipMessage message) => (message.Operation, message.Subcode) switch
    {
        (FipOperation.Discovery, (byte)FipDiscoverySubcode.Solicitation) => "Discovery Solicitation",
        (FipOperation.Discovery, (byte)FipDiscoverySubcode.Advertisement) => "Discovery Advertisement",
        (FipOperation.LinkService, (byte)FipLinkServiceSubcode.Request) => "Link Service Request",
        (FipOperation.LinkService, (byte)FipLinkServiceSubcode.Reply) => "Link Service Reply",
        (FipOperation.Control, (byte)FipControlSubcode.KeepAlive) => "Keep Alive",
        (FipOperation.Control, (byte)FipControlSubcode.ClearVirtualLinks) => "Clear Virtual Links",
        (FipOperation.Vlan, (byte)FipVlanSubcode.Request) => "VLAN Request",
        (FipOperation.Vlan, (byte)FipVlanSubcode.Notification) => "VLAN Notification",
        (FipOperation.Vn2Vn, (byte)FipVn2VnSubcode.ProbeRequest) => "VN2VN Probe Request",
        (FipOperation.Vn2Vn, (byte)FipVn2VnSubcode.ProbeReply) => "VN2VN Probe Reply",
        (FipOperation.Vn2Vn, (byte)FipVn2VnSubcode.ClaimNotification) => "VN2VN Claim Notification",
        (FipOperation.Vn2Vn, (byte)FipVn2VnSubcode.ClaimResponse) => "VN2VN Claim Response",
        (FipOperation.Vn2Vn, (byte)FipVn2VnSubcode.Beacon) => "VN2VN Beacon",
        _ => "FIP",
    };

    /// <summary>LsAcc: LS_ACC; Plogi: PLOGI; GpnFt: GPN_FT.</summary>
    internal static string Acronym(string identifier) => Split(identifier, '_').ToUpperInvariant();

    /// <summary>UnableToPerform: unable to perform.</summary>
    internal static string Words(string identifier) => Split(identifier, ' ').ToLowerInvariant();

    private static string Capitals(string identifier) => Split(identifier, ' ').ToUpperInvariant();

    private static string Split(string identifier, char between)
    {
        StringBuilder text = new();
        for (int i = 0; i < identifier.Length; i++)
        {
            if (i > 0 && char.IsUpper(identifier[i]) && (!char.IsUpper(identifier[i - 1]) || (i + 1 < identifier.Length && char.IsLower(identifier[i + 1])))) text.Append(between);
            text.Append(identifier[i]);
        }
        return text.ToString();
    }

    private static string?[] ByNumber<T>(int count, Func<string, string> spelling) where T : struct, Enum
    {
        string?[] names = new string?[count];
        foreach (T value in Enum.GetValues<T>())
        {
            int number = Convert.ToInt32(value);
            if (number < count) names[number] ??= spelling(value.ToString());
        }
        return names;
    }
}
