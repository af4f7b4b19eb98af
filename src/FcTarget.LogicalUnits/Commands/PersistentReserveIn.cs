// SPDX-License-Identifier: MIT

using FcTarget.LogicalUnits.Reservations;
using FcTarget.LogicalUnits.State;
using FcTarget.Scsi;
using FcTarget.Stmf;
using static System.Buffers.Binary.BinaryPrimitives;

namespace FcTarget.LogicalUnits.Commands;

/// <summary>PERSISTENT RESERVE IN (SPC-4 6.15).</summary>
internal sealed class PersistentReserveIn(PersistentReserveInAction action) : BlockCommand
{
    public override Reach Reach => Reach.Standby;

    private const int HeaderLength = 8, KeyLength = 8, ReservationLength = 16, FullStatusLength = 24;

    public override bool PassesReserve(ScsiTask task) => false;

    public override void Start(BlockDevice device, ScsiTask task)
    {
        ReservationState state = device.Reservations.State;
        int length = action switch
        {
            PersistentReserveInAction.ReadKeys => WriteKeys(task, state),
            PersistentReserveInAction.ReadReservation => WriteReservation(task, state),
            PersistentReserveInAction.ReportCapabilities => WriteCapabilities(device, task, state),
            _ => WriteFullStatus(task, state),
        };
        ParameterData.Send(task, length, ReadUInt16BigEndian(task.Cdb[7..]));
    }

    private static Span<byte> Begin(ScsiTask task, ReservationState state, int contents)
    {
        Span<byte> data = ParameterData.Rent(task, HeaderLength + contents).AsSpan(0, HeaderLength + contents);
        data.Clear();
        WriteUInt32BigEndian(data, state.Generation);
        WriteUInt32BigEndian(data[4..], (uint)contents); // ADDITIONAL LENGTH
        return data;
    }

    private static int WriteKeys(ScsiTask task, ReservationState state)
    {
        Span<byte> data = Begin(task, state, state.Registrations.Length * KeyLength);
        for (int i = 0; i < state.Registrations.Length; i++) WriteUInt64BigEndian(data[(HeaderLength + (i * KeyLength))..], state.Registrations[i].Key);
        return data.Length;
    }

    private static int WriteReservation(ScsiTask task, ReservationState state)
    {
        Span<byte> data = Begin(task, state, state.IsReserved ? ReservationLength : 0);
        if (!state.IsReserved) return data.Length;
        WriteUInt64BigEndian(data[HeaderLength..], state.Holder?.Key ?? 0); // all registrants: 0 (SPC-4 6.15.3.2)
        data[HeaderLength + 13] = (byte)state.Type;
        return data.Length;
    }

    private static int WriteCapabilities(BlockDevice device, ScsiTask task, ReservationState state)
    {
        Span<byte> data = ParameterData.Rent(task, HeaderLength).AsSpan(0, HeaderLength);
        data.Clear();
        WriteUInt16BigEndian(data, HeaderLength);
        data[2] = (byte)(0x1C | (device.Reservations.CanPersist ? 0x01 : 0)); // CRH, SIP_C, ATP_C; PTPL_C
        data[3] = (byte)(0x80 | (state.Persists ? 0x01 : 0));                 // TMV; PTPL_A
        data[4] = 0xEA;                                                       // all six types
        data[5] = 0x01;
        return HeaderLength;
    }

    private static int WriteFullStatus(ScsiTask task, ReservationState state)
    {
        Span<byte> data = Begin(task, state, state.Registrations.Sum(one => FullStatusLength + one.TransportId.Length));
        int at = HeaderLength;
        foreach (Registration one in state.Registrations)
        {
            Span<byte> descriptor = data.Slice(at, FullStatusLength + one.TransportId.Length);
            bool holds = state.IsHolder(one);
            WriteUInt64BigEndian(descriptor, one.Key);
            descriptor[12] = (byte)((one.Port == Registration.AllPorts ? 0x02 : 0) | (holds ? 0x01 : 0)); // ALL_TG_PT, R_HOLDER
            descriptor[13] = holds ? (byte)state.Type : (byte)0;
            WriteUInt16BigEndian(descriptor[18..], one.Port);
            WriteUInt32BigEndian(descriptor[20..], (uint)one.TransportId.Length);
            one.TransportId.Span.CopyTo(descriptor[FullStatusLength..]);
            at += descriptor.Length;
        }
        return data.Length;
    }
}
