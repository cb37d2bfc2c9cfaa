using Sineta.Events.Shapes;

namespace Sineta.Events;

/// <summary>The learner, as the content and trail events show them.</summary>
/// <param name="Id">Number of the user.</param>
/// <param name="Name">Full name, 1 to 255 characters.</param>
/// <param name="Email">E-mail address, at most 254 characters.</param>
public sealed record Learner(long Id, string Name, [property: Email] string Email);

/// <summary>The learner with their documents, as the course, enrolment and certificate events show them.</summary>
/// <param name="Id">Number of the user.</param>
/// <param name="Name">Full name, 1 to 255 characters.</param>
/// <param name="Email">E-mail address, at most 254 characters.</param>
/// <param name="Cpf"><c>000.000.000-00</c>, or <see cref="Events.Cpf.Masked"/>. Its check digits are not examined here.</param>
/// <param name="Nickname">What the learner wants to be called, at most 255 characters.</param>
/// <param name="Uuid">The learner's identifier in other systems, <c>00000000-0000-0000-0000-000000000000</c>.</param>
public sealed record LearnerIdentity(
    long Id,
    string Name,
    [property: Email] string Email,
    [property: CpfText] string Cpf,
    [property: Text(0, 255)] string? Nickname,
    [property: Uuid] string? Uuid);
