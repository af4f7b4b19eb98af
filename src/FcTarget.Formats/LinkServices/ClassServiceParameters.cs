// SPDX-License-Identifier: MIT

using System.Runtime.InteropServices;

namespace FcTarget.Formats.LinkServices;

/// <summary>Service options, word 0 bits 31 to 16 (FC-LS-3, login parameters).</summary>
[Flags]
public enum ClassServiceOptions : ushort
{
    None = 0,

    /// <summary>Class validity: the class is supported and the other words mean something.</summary>
    ClassValid = 0x8000,

    /// <summary>Intermix (class 1, obsolete).</summary>
    Intermix = 0x4000,

    /// <summary>Stacked Connect-Requests, two bits (class 1, obsolete).</summary>
    StackedConnectMask = 0x3000,

    /// <summary>Sequential delivery: asked for in a request, granted in the LS_ACC of a fabric.</summary>
    SequentialDelivery = 0x0800,

    /// <summary>Dedicated simplex (class 1, obsolete).</summary>
    DedicatedSimplex = 0x0400,

    /// <summary>Camp-on (class 1, obsolete).</summary>
    CampOn = 0x0200,

    /// <summary>Buffered class 1 (obsolete).</summary>
    BufferedClass1 = 0x0100,

    /// <summary>Priority/preemption.</summary>
    Priority = 0x0080,

    /// <summary>Preference (DSCP): CS_CTL other than zero is tolerated.</summary>
    Preference = 0x0040,
}

/// <summary>Initiator control, word 0 bits 15 to 0 (FC-LS-3, login parameters).</summary>
[Flags]
public enum ClassInitiatorControl : ushort
{
    None = 0,

    /// <summary>X_ID reassignment, two bits (obsolete).</summary>
    XIdReassignmentMask = 0xC000,

    /// <summary>Initial Process_Associator, two bits.</summary>
    InitialProcessAssociatorMask = 0x3000,
    Ack0Capable = 0x0800,

    /// <summary>ACK_N capable (obsolete).</summary>
    AckNCapable = 0x0400,
    AckGenerationAssistance = 0x0200,
    ClockSynchronizationElsCapable = 0x0010,
}

/// <summary>Recipient control, word 1 bits 31 to 16 (FC-LS-3, login parameters).</summary>
[Flags]
public enum ClassRecipientControl : ushort
{
    None = 0,
    Ack0Capable = 0x8000,

    /// <summary>ACK_N capable (obsolete).</summary>
    AckNCapable = 0x4000,
    XIdInterlock = 0x2000,

    /// <summary>Error policy supported, two bits: 0 = only discard, 10b = discard and process.</summary>
    ErrorPolicyMask = 0x1800,

    /// <summary>Categories per sequence, two bits: 0 = one, 01b = two, 11b = more.</summary>
    CategoriesPerSequenceMask = 0x0300,
    ClockSynchronizationElsCapable = 0x0008,
}

/// <summary>Class Service Parameters (FC-LS-3, login parameters): 16 bytes a class.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct ClassServiceParameters : IWirePayload
{                                                         // word | 31..24          | 23..16           | 15..0
    private UInt16BE _serviceOptions, _initiatorControl;  //  0   | service options                    | initiator control
    private UInt16BE _recipientControl;                   //  1   | recipient control                  | receive data field size
    public UInt16BE ReceiveDataFieldSize;                 //
    public UInt16BE ConcurrentSequences;                  //  2   | concurrent sequences               | end-to-end credit
    public UInt16BE EndToEndCredit;                       //
    public byte Reserved1, OpenSequencesPerExchange;      //  3   | reserved        | open sequences   | reserved
    public UInt16BE Reserved2;                            //

    public ClassServiceOptions ServiceOptions
    {
        readonly get => (ClassServiceOptions)(ushort)_serviceOptions;
        set => _serviceOptions = (ushort)value;
    }

    public ClassInitiatorControl InitiatorControl
    {
        readonly get => (ClassInitiatorControl)(ushort)_initiatorControl;
        set => _initiatorControl = (ushort)value;
    }

    public ClassRecipientControl RecipientControl
    {
        readonly get => (ClassRecipientControl)(ushort)_recipientControl;
        set => _recipientControl = (ushort)value;
    }

    /// <summary>Class validity: whether the sender supports the class at all.</summary>
    public readonly bool IsValid => (ServiceOptions & ClassServiceOptions.ClassValid) != 0;

    public static int WireSize => 16;
}
