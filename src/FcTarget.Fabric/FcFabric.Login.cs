// SPDX-License-Identifier: MIT

using FcTarget.Fabric.Services;
using FcTarget.Formats;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Fabric;

public sealed partial class FcFabric
{
    /// <summary>
    /// FLOGI or FDISC. The same N_Port_Name from where it is logged in already begins anew: its old login ends first. From elsewhere it is
    /// refused for as long as the old login lives.
    /// </summary>
    /// <param name="request">The payload.</param>
    /// <param name="parent">FDISC: the FLOGI login it came over. FLOGI: null.</param>
    /// <param name="carrier">How the services' frames reach the port.</param>
    /// <param name="sameAttachment">Whether a login with this N_Port_Name, if there is one, came from the same place.</param>
    /// <param name="port">The login. Answer with <see cref="AcceptFor"/>.</param>
    /// <param name="reject">Why not.</param>
    public bool TryLogin(in LoginPayload request, FabricPort? parent, IFabricCarrier carrier, bool sameAttachment, out FabricPort port, out ElsReject reject)
    {
        port = null!;
        if (Refusal(request, parent, sameAttachment) is { } refusal)
        {
            reject = refusal;
            return false;
        }
        reject = default;
        if (Find(request.PortName) is { } old) Logout(old);
        if (!_addresses.TryAssign(request.PortName, out FcId id, out AddressNews news))
        {
            Counters.AddressesExhausted++;
            reject = ElsReject.InsufficientResources;
            return false;
        }
        if (news == AddressNews.Recycled) Counters.AddressesRecycled++;

        port = new FabricPort(id, request, parent?.Root, carrier, Timers.Now)
        {
            // Without a state file nobody knows whose a new address was in an earlier life.
            HasCleanAddress = news == AddressNews.None || (news == AddressNews.Assigned && _stateWriter is not null),
        };
        _byId.Add(id.Value, port);
        _inOrder.Add(port);
        _byName.Add(port.PortName, port);
        Index.Add(port);
        Zoning.Add(port);
        Counters.Logins++;
        if (news != AddressNews.None) _save.SetIfIdle(SaveDelay);
        StateChanges.Of(port, RscnEventQualifier.NotSpecified);
        _observer?.OnLogin(port);
        return true;
    }

    /// <summary>
    /// Whether a login that is otherwise fine may take its N_Port_Name from <paramref name="old"/>, which the topology then ends before
    /// <see cref="TryLogin"/>.
    /// </summary>
    internal bool MayMove(in LoginPayload request, FabricPort? parent, FabricPort old) =>
        Options.DuplicateName == DuplicateName.Move && old != parent?.Root && ParametersRefusal(request) is null;

    private ElsReject? Refusal(in LoginPayload request, FabricPort? parent, bool sameAttachment)
    {
        FabricPort? old = Find(request.PortName);
        if (ParametersRefusal(request) is { } bad)
        {
            Counters.LoginsWithBadParameters++;
            return bad;
        }
        if (request.PortName.IsNone)
        {
            Counters.LoginsWithoutName++;
            return ElsReject.InvalidPortName;
        }
        // Nor may an FDISC take the name of the FLOGI it hangs on.
        if (old is not null && (!sameAttachment || old == parent?.Root))
        {
            Counters.LoginsWithForeignName++;
            return ElsReject.InvalidPortName;
        }
        if (parent is { IsLoggedIn: false })
        {
            Counters.LoginsWithoutParent++;
            return ElsReject.PlogiRequired;
        }
        if (old is null && (Ports.Count >= Options.MaxPorts || parent?.Root.Children.Count + 1 >= Options.MaxPortsPerLink))
        {
            Counters.LoginsBeyondLimit++;
            return ElsReject.InsufficientResources;
        }
        return null;
    }

    private static ElsReject? ParametersRefusal(in LoginPayload request) =>
        !request.Common.HasValidReceiveDataFieldSize ? ElsReject.BadReceiveDataFieldSize
        : !request.Class3.IsValid ? ElsReject.ClassNotSupported
        : null;

    /// <summary>The LS_ACC to the FLOGI or FDISC of a port.</summary>
    public LoginPayload AcceptFor(FabricPort port, in LoginPayload request) => new()
    {
        Command = ElsCommand.LsAcc,
        Common = new CommonServiceParameters
        {
            HighestVersion = CommonServiceParameters.FcPh3,
            LowestVersion = CommonServiceParameters.FcPh3,
            BbCredit = request.Common.BbCredit,
            FPortFeatures = FPortFeatures.FPort | FPortFeatures.MultipleNPortIdAssignment | FPortFeatures.BbCreditManagementAlternate
                | (port.HasCleanAddress ? FPortFeatures.CleanAddress : 0),
            ReceiveDataFieldSize = Options.ReceiveDataFieldSize,
            RATov = (uint)Options.RATov.TotalMilliseconds,
            EDTov = (uint)Options.EDTov.TotalMilliseconds,
        },
        PortName = FPortNameOf(port),
        NodeName = FabricName,
        Class3 = new ClassServiceParameters { ServiceOptions = ClassServiceOptions.ClassValid | ClassServiceOptions.SequentialDelivery },
    };

    /// <summary>
    /// Ends the login of a port, whatever the reason: lost keep-alives, an administrator, its place being taken. Those behind it (FDISC)
    /// end first. Everybody who sees it hears of it; the port itself is not told.
    /// </summary>
    public void Logout(FabricPort port)
    {
        if (!port.IsLoggedIn) return;
        Counters.LogoutsByFabric++;
        End(port);
    }

    /// <summary>LOGO to the F_Port controller.</summary>
    internal void OnLogo(FabricPort port)
    {
        Counters.LogoutsByPort++;
        End(port);
    }

    private void End(FabricPort port)
    {
        foreach (FabricPort child in port.Children.ToArray()) Logout(child);
        port.IsLoggedIn = false;
        port.RemoveFromParent();
        port.ServiceLogins = ServiceLogins.None;
        StateChanges.Forget(port);
        if (port.Parent is null) _fdmi.Forget(port);
        _byId.Remove(port.Id.Value);
        _inOrder.Remove(port);
        _byName.Remove(port.PortName);
        _addresses.Release(port.PortName);
        Index.Remove(port);
        Zoning.Remove(port);
        StateChanges.Of(port, RscnEventQualifier.RemovedObject);
        _observer?.OnLogout(port);
    }

    // ---- names ----------------------------------------------------------------------------------------------------

    /// <summary>F_Port_Name: one a link. NAA 2 with the low 12 bits of the FLOGI's N_Port_ID before the switch's 48 bits.</summary>
    internal Wwn FPortNameOf(FabricPort port) => NameWith(port.Root.Id);

    /// <summary>N_Port_Name of a well-known address.</summary>
    internal Wwn NameOf(FcId service) => NameWith(service);

    private Wwn NameWith(FcId id) =>
        new(0x2000_0000_0000_0000ul | ((ulong)(id.Value & 0xFFF) << 48) | (Options.SwitchName.Value & 0xFFFF_FFFF_FFFF));
}
