// SPDX-License-Identifier: MIT

using FcTarget.Formats.Fcp;
using FcTarget.Scsi;
using FcTarget.Stmf;

namespace FcTarget.Port;

/// <summary>A task management function that came in FCP_CMND: answered with FCP_RSP and RSP_CODE when it is done.</summary>
internal sealed class FcpTaskManagement : TaskManagementRequest, ILoopWork
{
    private readonly FcpExchange _exchange;

    public FcpTaskManagement(FcpExchange exchange) => _exchange = exchange;

    public void Start(TaskRouter router, PortLoop loop, Lun lun, TaskManagementFunction function)
    {
        Loop = loop;
        Nexus = _exchange.Session.Nexus;
        Lun = lun;
        Function = function;
        IsRunning = true;
        router.Manage(this);
    }

    /// <summary>The function has been handed to the router and is not done.</summary>
    public bool IsRunning { get; private set; }

    private PortLoop Loop { get; set; } = null!;

    protected override void PostDone() => Loop.Post(this);

    public void RunOnLoop(int kind)
    {
        IsRunning = false;
        _exchange.TaskManagementDone(Response switch
        {
            TaskManagementResponse.FunctionComplete => FcpRspCode.TaskManagementFunctionComplete,
            TaskManagementResponse.FunctionSucceeded => FcpRspCode.TaskManagementFunctionSucceeded,
            TaskManagementResponse.IncorrectLogicalUnitNumber => FcpRspCode.TaskManagementFunctionIncorrectLun,
            _ => FcpRspCode.TaskManagementFunctionRejected,
        });
    }
}
