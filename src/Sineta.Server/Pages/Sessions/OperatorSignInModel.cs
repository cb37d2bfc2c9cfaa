namespace Sineta.Server.Pages.Sessions;

/// <param name="IsLost">Whether a session has ended under the person's hands.</param>
public sealed record OperatorSignInModel(Form Form, bool IsLost);
