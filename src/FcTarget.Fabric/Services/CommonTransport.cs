// SPDX-License-Identifier: MIT

using FcTarget.Formats;
using FcTarget.Formats.Framing;
using FcTarget.Formats.GenericServices;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Fabric.Services;

/// <summary>Common Transport (FC-GS): takes the requests, finds the server, sends accept or reject.</summary>
internal sealed class CommonTransport
{
    private readonly FcFabric _fabric;
    private readonly ICtServer[] _servers;
    private readonly CtAnswer _answer = new();

    public CommonTransport(FcFabric fabric, params ICtServer[] servers)
    {
        _fabric = fabric;
        _servers = servers;
    }

    private FabricCounters Counters => _fabric.Counters;

    public void OnRequest(FabricPort from, in FcHeader header, ReadOnlySpan<byte> iu)
    {
        Counters.CtRequests++;
        ServiceLogins service = header.DId.ServiceOf();
        if ((from.ServiceLogins & service) == 0 && service != ServiceLogins.None)
        {
            Counters.CtWithoutLogin++;
            _fabric.Reject(from, header, ElsReject.PlogiRequired);
            return;
        }
        if (!CtIu.TryRead(iu, out CtPreamble request, out ReadOnlySpan<byte> body))
        {
            Counters.CtTooShort++;
            Reject(from, header, request, CtReject.InvalidCtIuSize);
            return;
        }
        if (request.Revision != CtPreamble.Revision1)
        {
            Counters.CtBadRevision++;
            Reject(from, header, request, CtReject.InvalidVersionLevel);
            return;
        }
        if (ServerOf(header.DId, request) is not { } server)
        {
            Counters.CtUnknownService++;
            Reject(from, header, request, CtReject.ServerNotAvailable);
            return;
        }
        _answer.Clear();
        if (server.Serve(from, request.CommandCode, body, _answer) is { } reject) Reject(from, header, request, reject);
        else Accept(from, header, request);
    }

    private ICtServer? ServerOf(FcId address, in CtPreamble request)
    {
        // A service is at the address that ends with its type (FC-GS).
        foreach (ICtServer server in _servers)
            if (server.Type == request.GsType && server.Subtype == request.GsSubtype && (byte)address.Value == (byte)server.Type) return server;
        return null;
    }

    private void Accept(FabricPort from, in FcHeader header, in CtPreamble request)
    {
        Counters.CtAccepted++;
        CtPreamble accept = request.Accept();
        int length = _answer.BodyLength, room = request.MaximumOrResidualSize * CtIu.BytesPerWord;
        if (room > 0 && length > room)
        {
            // The residual size says how many words the client does not get (FC-GS, Maximum/Residual Size).
            Counters.CtAnswersCut++;
            int residual = (length - (room / _answer.Unit * _answer.Unit)) / CtIu.BytesPerWord;
            accept.MaximumOrResidualSize = (ushort)Math.Min(residual, CtPreamble.ResidualSizeMax);
            length = room / _answer.Unit * _answer.Unit;
        }
        Send(from, header, _answer.Finish(accept, length));
    }

    private void Reject(FabricPort from, in FcHeader header, in CtPreamble request, CtReject reject)
    {
        Counters.CtRejected++;
        _answer.Clear();
        Send(from, header, _answer.Finish(request.RejectWith(reject), bodyLength: 0));
    }

    private void Send(FabricPort to, in FcHeader request, ReadOnlySpan<byte> iu) => _fabric.Reply(to, request, RCtl.SolicitedControl, FcType.Ct, iu);
}
