// SPDX-License-Identifier: MIT

namespace FcTarget.Formats.GenericServices;

/// <summary>
/// Command codes of the name server (FC-GS, name server). The middle digits name the key, the last one the object: 1xyh get, 2xyh register,
/// 3xyh deregister.
/// </summary>
public enum NameServerCommand : ushort
{
    /// <summary>GA_NXT, get all objects of the next port: <see cref="NsPortId"/>, answered by <see cref="NsAllObjects"/>.</summary>
    GaNxt = 0x0100,

    /// <summary>GID_A, get identifiers of a scope: <see cref="NsScope"/>, answered by <see cref="NsPortId"/> entries.</summary>
    GidA = 0x0101,

    /// <summary>GPN_ID, get port name: <see cref="NsPortId"/>, answered by <see cref="NsName"/>.</summary>
    GpnId = 0x0112,

    /// <summary>GNN_ID, get node name: <see cref="NsPortId"/>, answered by <see cref="NsName"/>.</summary>
    GnnId = 0x0113,

    /// <summary>GCS_ID, get classes of service: <see cref="NsPortId"/>, answered by <see cref="NsClassesOfService"/>.</summary>
    GcsId = 0x0114,

    /// <summary>GFT_ID, get FC-4 TYPEs: <see cref="NsPortId"/>, answered by <see cref="Fc4Types"/>.</summary>
    GftId = 0x0117,

    /// <summary>GSPN_ID, get symbolic port name: <see cref="NsPortId"/>, answered by <see cref="SymbolicName"/>.</summary>
    GspnId = 0x0118,

    /// <summary>GPT_ID, get port type: <see cref="NsPortId"/>, answered by <see cref="NsPortTypeObject"/>.</summary>
    GptId = 0x011A,

    /// <summary>GFPN_ID, get fabric port name: <see cref="NsPortId"/>, answered by <see cref="NsName"/>.</summary>
    GfpnId = 0x011C,

    /// <summary>GFF_ID, get FC-4 features: <see cref="NsPortId"/>, answered by <see cref="Fc4Features"/>.</summary>
    GffId = 0x011F,

    /// <summary>GID_PN, get identifier of a port name: <see cref="NsName"/>, answered by <see cref="NsPortId"/>.</summary>
    GidPn = 0x0121,

    /// <summary>GID_NN, get identifiers of a node name: <see cref="NsName"/>, answered by <see cref="NsPortId"/> entries.</summary>
    GidNn = 0x0131,

    /// <summary>GSNN_NN, get symbolic node name: <see cref="NsName"/>, answered by <see cref="SymbolicName"/>.</summary>
    GsnnNn = 0x0139,

    /// <summary>GID_FT, get identifiers by FC-4 TYPE: <see cref="NsScope"/>, answered by <see cref="NsPortId"/> entries.</summary>
    GidFt = 0x0171,

    /// <summary>GPN_FT, get port names by FC-4 TYPE: <see cref="NsScope"/>, answered by <see cref="NsPortIdAndName"/> entries.</summary>
    GpnFt = 0x0172,

    /// <summary>GNN_FT, get node names by FC-4 TYPE: <see cref="NsScope"/>, answered by <see cref="NsPortIdAndName"/> entries.</summary>
    GnnFt = 0x0173,

    /// <summary>GID_PT, get identifiers by port type: <see cref="NsScope"/>, answered by <see cref="NsPortId"/> entries.</summary>
    GidPt = 0x01A1,

    /// <summary>GID_FF, get identifiers by FC-4 features: <see cref="NsFeatureScope"/>, <see cref="NsPortId"/> entries.</summary>
    GidFf = 0x01F1,

    /// <summary>RPN_ID, register port name: <see cref="NsRegisterName"/>.</summary>
    RpnId = 0x0212,

    /// <summary>RNN_ID, register node name: <see cref="NsRegisterName"/>.</summary>
    RnnId = 0x0213,

    /// <summary>RCS_ID, register classes of service: <see cref="NsRegisterClassesOfService"/>.</summary>
    RcsId = 0x0214,

    /// <summary>RFT_ID, register FC-4 TYPEs: <see cref="NsRegisterFc4Types"/>.</summary>
    RftId = 0x0217,

    /// <summary>RSPN_ID, register symbolic port name: <see cref="NsPortId"/> and <see cref="SymbolicName"/>.</summary>
    RspnId = 0x0218,

    /// <summary>RPT_ID, register port type: <see cref="NsRegisterPortType"/>.</summary>
    RptId = 0x021A,

    /// <summary>RFF_ID, register FC-4 features: <see cref="NsRegisterFc4Features"/>.</summary>
    RffId = 0x021F,

    /// <summary>RSNN_NN, register symbolic node name: <see cref="NsName"/> and <see cref="SymbolicName"/>.</summary>
    RsnnNn = 0x0239,

    /// <summary>DA_ID, deregister all: <see cref="NsPortId"/>.</summary>
    DaId = 0x0300,
}
