// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.LinkServices;

/// <summary>ELS_Command code (FC-LS-3 and later revisions): byte 0 of the payload of an Extended Link Service.</summary>
public enum ElsCommand : byte
{
    /// <summary>LS_RJT, Link Service Reject.</summary>
    LsRjt = 0x01,

    /// <summary>LS_ACC, Link Service Accept.</summary>
    LsAcc = 0x02,

    /// <summary>N_Port Login.</summary>
    Plogi = 0x03,

    /// <summary>F_Port Login.</summary>
    Flogi = 0x04,

    /// <summary>Logout.</summary>
    Logo = 0x05,

    /// <summary>Abort Exchange (obsolete).</summary>
    Abtx = 0x06,

    /// <summary>Read Connection Status (obsolete).</summary>
    Rcs = 0x07,

    /// <summary>Read Exchange Status Block.</summary>
    Res = 0x08,

    /// <summary>Read Sequence Status Block.</summary>
    Rss = 0x09,

    /// <summary>Request Sequence Initiative.</summary>
    Rsi = 0x0A,

    /// <summary>Establish Streaming.</summary>
    Ests = 0x0B,

    /// <summary>Estimate Credit.</summary>
    Estc = 0x0C,

    /// <summary>Advise Credit.</summary>
    Advc = 0x0D,

    /// <summary>Read Timeout Value.</summary>
    Rtv = 0x0E,

    /// <summary>Read Link Error Status Block.</summary>
    Rls = 0x0F,

    Echo = 0x10,
    Test = 0x11,

    /// <summary>Reinstate Recovery Qualifier.</summary>
    Rrq = 0x12,

    /// <summary>Read Exchange Concise.</summary>
    Rec = 0x13,

    /// <summary>Sequence Retransmission Request: an FC-4 Link Service of FCP-4 that shares this code space.</summary>
    Srr = 0x14,

    /// <summary>Fabric Performance Impact Notification.</summary>
    Fpin = 0x16,

    /// <summary>Exchange Diagnostic Capabilities.</summary>
    Edc = 0x17,

    /// <summary>Read Diagnostic Parameters.</summary>
    Rdp = 0x18,

    /// <summary>Register Diagnostic Functions.</summary>
    Rdf = 0x19,

    /// <summary>Process Login.</summary>
    Prli = 0x20,

    /// <summary>Process Logout.</summary>
    Prlo = 0x21,

    /// <summary>State Change Notification (obsolete).</summary>
    Scn = 0x22,

    /// <summary>Test Process Login State.</summary>
    Tpls = 0x23,

    /// <summary>Third Party Process Logout.</summary>
    Tprlo = 0x24,

    /// <summary>Login Control List Management (obsolete).</summary>
    Lclm = 0x25,

    /// <summary>Get Alias_ID.</summary>
    Gaid = 0x30,

    /// <summary>Fabric Activate Alias_ID.</summary>
    Fact = 0x31,

    /// <summary>Fabric Deactivate Alias_ID.</summary>
    Fdact = 0x32,

    /// <summary>N_Port Activate Alias_ID.</summary>
    Nact = 0x33,

    /// <summary>N_Port Deactivate Alias_ID.</summary>
    Ndact = 0x34,

    /// <summary>Quality of Service Request (class 4, obsolete).</summary>
    Qosr = 0x40,

    /// <summary>Read Virtual Circuit Status (class 4, obsolete).</summary>
    Rvcs = 0x41,

    /// <summary>Discover N_Port Service Parameters.</summary>
    Pdisc = 0x50,

    /// <summary>Discover F_Port Service Parameters.</summary>
    Fdisc = 0x51,

    /// <summary>Discover Address.</summary>
    Adisc = 0x52,

    /// <summary>Report Node Capability (obsolete).</summary>
    Rnc = 0x53,

    /// <summary>Fibre Channel Address Resolution Protocol Request.</summary>
    FarpReq = 0x54,

    /// <summary>Fibre Channel Address Resolution Protocol Reply.</summary>
    FarpReply = 0x55,

    /// <summary>Read Port Status Block.</summary>
    Rps = 0x56,

    /// <summary>Read Port List.</summary>
    Rpl = 0x57,

    /// <summary>Report Port Buffer Condition.</summary>
    Rpbc = 0x58,

    /// <summary>Fabric Address Notification.</summary>
    Fan = 0x60,

    /// <summary>Registered State Change Notification.</summary>
    Rscn = 0x61,

    /// <summary>State Change Registration.</summary>
    Scr = 0x62,

    /// <summary>Report Node FC-4 Types.</summary>
    Rnft = 0x63,

    /// <summary>Clock Synchronization Request.</summary>
    Csr = 0x68,

    /// <summary>Clock Synchronization Update.</summary>
    Csu = 0x69,

    /// <summary>Loop Initialize.</summary>
    Linit = 0x70,

    /// <summary>Loop Status.</summary>
    Lsts = 0x72,

    /// <summary>Request Node Identification Data.</summary>
    Rnid = 0x78,

    /// <summary>Registered Link Incident Report.</summary>
    Rlir = 0x79,

    /// <summary>Link Incident Record Registration.</summary>
    Lirr = 0x7A,

    /// <summary>Scan Remote Loop.</summary>
    Srl = 0x7B,

    /// <summary>Set Bit-error Reporting Parameters.</summary>
    Sbrp = 0x7C,

    /// <summary>Report Speed Capabilities.</summary>
    Rpsc = 0x7D,

    /// <summary>Query Security Attributes.</summary>
    Qsa = 0x7E,

    /// <summary>Exchange Virtual Fabrics Parameters.</summary>
    Evfp = 0x7F,

    /// <summary>Link Keep Alive.</summary>
    Lka = 0x80,

    /// <summary>Link Cable Beacon.</summary>
    Lcb = 0x81,

    /// <summary>Authentication ELS (FC-SP).</summary>
    AuthEls = 0x90,

    /// <summary>Request Fabric Change Notification.</summary>
    Rfcn = 0x97,

    /// <summary>Query Fabric Priority Allocation.</summary>
    Qfpa = 0xB0,

    /// <summary>Update VE Mappings.</summary>
    Uvem = 0xB1,

    /// <summary>iFCP CBIND (RFC 4172).</summary>
    Cbind = 0xE0,

    /// <summary>iFCP UNBIND (RFC 4172).</summary>
    Unbind = 0xE4,
}
