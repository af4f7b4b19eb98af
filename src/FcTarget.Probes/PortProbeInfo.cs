// SPDX-License-Identifier: MIT

namespace FcTarget.Probes;

/// <summary>
/// What the probes say about one port, local or remote, in native memory that outlives the probe call: made once, when the port is first
/// known, so that a firing probe passes pointers and formats nothing.
/// </summary>
/// <remarks>
/// <see cref="Update"/> writes in place: the pointers stay. It belongs to the loop that fires the port's probes; sinks copy what they
/// keep during the call, so nothing refers to this memory once it is disposed.
/// </remarks>
public sealed unsafe class PortProbeInfo : IDisposable
{
    /// <summary>16 digits or <c>&lt;unknown&gt;</c>, and the NUL: COMSTAR's buffer size.</summary>
    internal const int WwnCapacity = 24;

    /// <summary>The longest symbolic name (FC-GS, 255 bytes) and the NUL.</summary>
    internal const int NameCapacity = 256;

    private byte* _memory;

    /// <summary>Strings that are null or empty are shown as <c>&lt;unknown&gt;</c>.</summary>
    /// <param name="portWwn">WWPN, 16 lowercase hexadecimal digits.</param>
    /// <param name="nodeWwn">WWNN, likewise.</param>
    /// <param name="symbolicNodeName">At most 255 bytes of UTF-8; longer ones are cut.</param>
    /// <param name="symbolicPortName">Likewise.</param>
    /// <param name="hardAddress">Remote port: its N_Port_ID. Local port: its hard address, 0 if it has none.</param>
    public PortProbeInfo(string? portWwn = null, string? nodeWwn = null, string? symbolicNodeName = null, string? symbolicPortName = null, uint hardAddress = 0)
    {
        _memory = (byte*)NativeBlocks.Take(sizeof(FcPortInfo) + (2 * WwnCapacity) + (2 * NameCapacity));
        byte* strings = _memory + sizeof(FcPortInfo);
        PortWwn = strings;
        Info->fcp_node_wwn = strings + WwnCapacity;
        Info->fcp_sym_node_name = strings + (2 * WwnCapacity);
        Info->fcp_sym_port_name = strings + (2 * WwnCapacity) + NameCapacity;
        Update(portWwn ?? "", nodeWwn ?? "", symbolicNodeName ?? "", symbolicPortName ?? "", hardAddress);
    }

    /// <summary>The <c>fc_port_info_t</c>. Valid until <see cref="Dispose"/>.</summary>
    public FcPortInfo* Info => (FcPortInfo*)_memory;

    /// <summary>The port's WWN as a NUL-terminated string: <c>ci_local</c> or <c>ci_remote</c>. Valid until <see cref="Dispose"/>.</summary>
    public byte* PortWwn { get; private set; }

    /// <summary>Whether COMSTAR would have its WWNs by now; see <see cref="ComstarExact"/>.</summary>
    internal bool HasNames { get; set; }

    /// <summary>Whether COMSTAR would have its symbolic port name by now.</summary>
    internal bool HasAlias { get; set; }

    /// <summary>Whether COMSTAR would have its login with the Fabric Controller.</summary>
    internal bool HasController { get; set; }

    /// <summary>Writes what has been learnt; null leaves a value as it is. Allocates nothing.</summary>
    public void Update(string? portWwn = null, string? nodeWwn = null, string? symbolicNodeName = null, string? symbolicPortName = null, uint? hardAddress = null)
    {
        ObjectDisposedException.ThrowIf(_memory == null, this);
        if (portWwn is not null) NativeText.Write(PortWwn, WwnCapacity, portWwn);
        if (nodeWwn is not null) NativeText.Write(Info->fcp_node_wwn, WwnCapacity, nodeWwn);
        if (symbolicNodeName is not null) NativeText.Write(Info->fcp_sym_node_name, NameCapacity, symbolicNodeName);
        if (symbolicPortName is not null) NativeText.Write(Info->fcp_sym_port_name, NameCapacity, symbolicPortName);
        if (hardAddress is { } address) Info->fcp_port_hard_address = address;
    }

    /// <summary>Frees the memory. Every <see cref="ConnProbeInfo"/> made from this port goes before or with it.</summary>
    public void Dispose()
    {
        NativeBlocks.Return(_memory);
        _memory = null;
        PortWwn = NativeText.Unknown;
    }
}
