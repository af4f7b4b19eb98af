// SPDX-License-Identifier: MIT

namespace FcTarget.Port.Tests;

public sealed class StateMachineDocumentTests
{
    private static readonly Dictionary<(Vn2VnState, Vn2VnEvent), (Vn2VnState Next, Vn2VnAction Do)> Vn2Vn =
        StateMachineDocument.Cells<Vn2VnState, Vn2VnEvent, Vn2VnAction>("vn2vn");

    private static readonly Dictionary<(LoginState, LoginEvent), (LoginState Next, LoginAction Do)> Login =
        StateMachineDocument.Cells<LoginState, LoginEvent, LoginAction>("login");

    private static readonly Dictionary<(FabricState, FabricEvent), (FabricState Next, FabricAction Do)> Fabric =
        StateMachineDocument.Cells<FabricState, FabricEvent, FabricAction>("fabric");

    private static readonly Dictionary<(ENodeState, ENodeEvent), (ENodeState Next, ENodeAction Do)> ENode =
        StateMachineDocument.Cells<ENodeState, ENodeEvent, ENodeAction>("enode");

    public static TheoryData<ENodeState, ENodeEvent> ENodeCells() =>
        Every<ENodeState, ENodeEvent>();

    public static TheoryData<FabricState, FabricEvent> FabricCells() =>
        Every<FabricState, FabricEvent>();

    public static TheoryData<Vn2VnState, Vn2VnEvent> Vn2VnCells() =>
        Every<Vn2VnState, Vn2VnEvent>();

    public static TheoryData<LoginState, LoginEvent> LoginCells() =>
        Every<LoginState, LoginEvent>();

    private static TheoryData<TState, TEvent> Every<TState, TEvent>() where TState : struct, Enum where TEvent : struct, Enum
    {
        TheoryData<TState, TEvent> cells = [];
        foreach (TState state in Enum.GetValues<TState>())
            foreach (TEvent cause in Enum.GetValues<TEvent>()) cells.Add(state, cause);
        return cells;
    }

    [Theory, MemberData(nameof(Vn2VnCells))]
    public void Vn2Vn_does_what_the_document_says(Vn2VnState state, Vn2VnEvent cause) =>
        Vn2VnStateMachine.On(state, cause).Should().Be(Vn2Vn[(state, cause)]);

    [Theory, MemberData(nameof(LoginCells))]
    public void Login_does_what_the_document_says(LoginState state, LoginEvent cause) =>
        LoginStateMachine.On(state, cause).Should().Be(Login[(state, cause)]);

    [Theory, MemberData(nameof(FabricCells))]
    public void Fabric_login_does_what_the_document_says(FabricState state, FabricEvent cause) =>
        FabricStateMachine.On(state, cause).Should().Be(Fabric[(state, cause)]);

    [Theory, MemberData(nameof(ENodeCells))]
    public void Fip_discovery_does_what_the_document_says(ENodeState state, ENodeEvent cause) =>
        ENodeStateMachine.On(state, cause).Should().Be(ENode[(state, cause)]);

    [Fact]
    public void Every_action_is_asked_for_by_some_cell()
    {
        Enum.GetValues<LoginAction>().Except(Login.Values.Select(v => v.Do)).Should().BeEmpty();
        Enum.GetValues<ENodeAction>().Except(ENode.Values.Select(v => v.Do)).Should().BeEmpty();
        Enum.GetValues<FabricAction>().Except(Fabric.Values.Select(v => v.Do)).Should().BeEmpty();
        Enum.GetValues<Vn2VnAction>().Except(Vn2Vn.Values.Select(v => v.Do)).Should().BeEmpty();
    }

    [Fact]
    public void Every_state_can_be_reached_and_left()
    {
        foreach (LoginState state in Enum.GetValues<LoginState>())
        {
            Login.Should().Contain(c => c.Key.Item1 != state && c.Value.Next == state, $"{state} can be reached");
            Login.Should().Contain(c => c.Key.Item1 == state && c.Value.Next != state, $"{state} can be left");
        }
    }
}
