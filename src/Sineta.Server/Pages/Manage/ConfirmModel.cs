namespace Sineta.Server.Pages.Manage;

/// <summary>A change that completes something for learners, to be confirmed (R9).</summary>
/// <param name="Name">Of what is changed.</param>
/// <param name="Warning">What it would bring about.</param>
/// <param name="Completions">For how many learners.</param>
/// <param name="Action">Where the form was sent, and will be again.</param>
/// <param name="Back">Where one goes who does not want it.</param>
/// <param name="Form">As it was sent.</param>
public sealed record ConfirmModel(
    string Title, string Name, string Warning, int Completions, string Action, string Back, Form Form, bool IsRemoval);
