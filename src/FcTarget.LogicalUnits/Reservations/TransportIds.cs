// SPDX-License-Identifier: MIT

using System.Text;
using FcTarget.Scsi;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Reservations;

/// <summary>TransportIDs in parameter lists (SPC-4 7.6.4).</summary>
internal static class TransportIds
{
    private const int LengthOfLength = 4, FibreChannelLength = 24, FibreChannelNameAt = 8;

    /// <summary>Reads a length and the TransportIDs behind it, as registrations through one port. Returns what is wrong; null when nothing is.</summary>
    /// <param name="parameters">The whole parameter list.</param>
    /// <param name="at">Where in it the length stands.</param>
    /// <param name="port">Relative target port identifier.</param>
    /// <param name="registrations">What was read.</param>
    public static Sense? Read(ReadOnlySpan<byte> parameters, int at, ushort port, out Registration[]? registrations)
    {
        registrations = null;
        ReadOnlySpan<byte> list = parameters[at..];
        if (list.Length < LengthOfLength) return Sense.ParameterListLengthError;
        uint length = ReadUInt32BigEndian(list);
        list = list[LengthOfLength..];
        if (length != list.Length) return Sense.ParameterListLengthError;
        List<Registration> found = [];
        while (!list.IsEmpty)
        {
            if (!TryRead(list, out string name, out int one)) return Sense.InvalidParameter(parameters.Length - list.Length);
            found.Add(new Registration(name, list[..one].ToArray(), port, 0));
            list = list[one..];
        }
        registrations = [.. found];
        return null;
    }

    /// <summary>The port's name as <see cref="Stmf.ItNexus.InitiatorPortName"/> has it, and the bytes the TransportID takes.</summary>
    private static bool TryRead(ReadOnlySpan<byte> id, out string name, out int length)
    {
        name = "";
        length = 0;
        if (id.Length < FibreChannelLength) return false;
        switch ((ProtocolIdentifier)(id[0] & 0x0F))
        {
            case ProtocolIdentifier.FibreChannel when (id[0] & 0xC0) == 0:
                name = Convert.ToHexStringLower(id.Slice(FibreChannelNameAt, 8));
                length = FibreChannelLength;
                return true;
            case ProtocolIdentifier.Iscsi:
                length = 4 + ReadUInt16BigEndian(id[2..]);
                if (length < FibreChannelLength || length % 4 != 0 || length > id.Length) return false;
                name = Encoding.UTF8.GetString(id[4..length]).TrimEnd('\0');
                return true;
            default:
                return false;
        }
    }
}
