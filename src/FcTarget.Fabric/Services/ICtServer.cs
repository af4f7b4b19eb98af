// SPDX-License-Identifier: MIT

using FcTarget.Formats.GenericServices;

namespace FcTarget.Fabric.Services;

/// <summary>A server behind Common Transport.</summary>
internal interface ICtServer
{
    CtGsType Type { get; }

    byte Subtype { get; }

    /// <summary>Serves one request.</summary>
    /// <param name="from">Who asks.</param>
    /// <param name="command">The command code.</param>
    /// <param name="body">What follows the preamble.</param>
    /// <param name="answer">Where the body of the accept goes.</param>
    /// <returns>Null: accepted. Otherwise the reject, and the answer does not count.</returns>
    CtReject? Serve(FabricPort from, ushort command, ReadOnlySpan<byte> body, CtAnswer answer);
}
