namespace Sineta.Server.Pages.Sessions;

/// <param name="IsLost">Whether a session has ended under the person's hands.</param>
public sealed record SignInModel(Form Form, bool IsLost);

public sealed record OperatorSignInModel(Form Form);

/// <param name="Action">Where the form goes: the link that the person followed; null where that is over.</param>
public sealed record PasswordModel(Form Form, string? Action);
