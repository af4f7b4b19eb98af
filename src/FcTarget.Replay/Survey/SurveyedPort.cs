// SPDX-License-Identifier: MIT

using System.Globalization;
using FcTarget.Formats;
using FcTarget.Formats.LinkServices;

namespace FcTarget.Replay.Survey;

/// <summary>What a capture tells of one N_Port.</summary>
internal sealed class SurveyedPort(FcId id)
{
    public FcId Id => id;

    public Wwn PortName { get; set; }

    public Wwn NodeName { get; set; }

    /// <summary>MAC address of its ENode, from FIP; none while that was not seen.</summary>
    public MacAddress ENode { get; set; }

    /// <summary>Where its FCoE frames come from: its own address, or that of an FCF.</summary>
    public MacAddress Source { get; set; }

    /// <summary>VLAN ID of its FCoE frames; 0 for untagged ones.</summary>
    public int Vid
    {
        get;
        set
        {
            if (value != field) VidText = value.ToString(CultureInfo.InvariantCulture);
            field = value;
        }
    }

    public string VidText { get; private set; } = "0";

    /// <summary>The last FCoE frame that it sent; a LOGO does not count.</summary>
    public long LastFrame { get; set; }

    /// <summary>Payload of its PLOGI, or of what it answered to one; null while neither was seen.</summary>
    public byte[]? Login { get; set; }

    /// <summary>What it said in PRLI, or in its answer to one.</summary>
    public FcpServiceParameters Parameters { get; set; }

    /// <summary>FCP_CMND that came to it.</summary>
    public long Commands { get; set; }

    /// <summary>ELS requests of other N_Ports that it answered.</summary>
    public long Answers { get; set; }

    /// <summary>Beacons, keep alives or a login in FIP were seen of it.</summary>
    public bool HasFip { get; set; }

    /// <summary>Its login with the fabric is in the capture, before its first frame to another N_Port.</summary>
    public bool HasFabricLogin { get; set; }
}

/// <summary>The conversation of two N_Ports, named by originator of the first request, as far as it says what went before the capture.</summary>
internal sealed class SurveyedSession(FcId initiator, FcId target)
{
    public FcId Initiator => initiator;

    public FcId Target => target;

    public bool PlogiSeen { get; set; }

    public bool PrliSeen { get; set; }

    /// <summary>It goes on as if PLOGI had been done before the capture began.</summary>
    public bool PresumesLogin { get; set; }

    /// <summary>Likewise PRLI.</summary>
    public bool PresumesImage { get; set; }
}
