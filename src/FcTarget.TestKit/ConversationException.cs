// SPDX-License-Identifier: MIT

namespace FcTarget.TestKit;

/// <summary>The conversation went another way than the test says. The message tells what was expected and what was heard.</summary>
public sealed class ConversationException(string message) : Exception(message);
