// SPDX-License-Identifier: MIT

namespace FcTarget.Stmf.Configuration;

/// <summary>Makes the logical units that an administrator asks for. Called by one thread at a time.</summary>
public interface ILogicalUnitProvider
{
    /// <summary>Opens or makes a logical unit.</summary>
    /// <exception cref="StmfException">It cannot be had; the message says why and what to do.</exception>
    ILogicalUnit Open(LogicalUnitRecord record);

    /// <summary>Gives it another definition while it is in use (a new size). The logical unit tells its initiators itself.</summary>
    /// <exception cref="StmfException">This cannot be changed while it is there.</exception>
    void Change(ILogicalUnit unit, LogicalUnitRecord record);

    /// <summary>Closes a logical unit that no task is in and none will come to; its data stays where it is durable.</summary>
    void Close(ILogicalUnit unit);
}
