using System.ComponentModel.DataAnnotations;
using Sineta.Events;

namespace Sineta.Learning.People;

/// <summary>A person of an institution.</summary>
/// <param name="Cpf">Written 000.000.000-00, its check digits proven at registration.</param>
/// <param name="Uuid">The person's identifier in other systems.</param>
/// <param name="HasPassword">Whether the person can sign in.</param>
/// <param name="SessionStamp">What the person's sessions carry: those that carry another are over.</param>
public sealed record User(
    long Id, string Name, string Email, string Cpf, string? Nickname, Guid Uuid, Role Role, bool HasPassword, DateTimeOffset CreatedAt,
    long SessionStamp)
{
    /// <summary>As the content and trail events show a learner.</summary>
    internal Learner AsLearner() => new(Id, Name, Email);

    /// <summary>As the course, enrolment and certificate events show a learner.</summary>
    internal LearnerIdentity AsIdentity() => new(Id, Name, Email, Cpf, Nickname, Uuid.ToString());
}

/// <summary>What a person may do: each role may do all that the ones before it may.</summary>
public enum Role
{
    /// <summary>Studies.</summary>
    Learner,

    /// <summary>Connects systems: endpoints, keys, logs.</summary>
    Integrator,

    /// <summary>Runs the institution: people, courses, trails, classes.</summary>
    Manager,
}

/// <summary>What is given of a user, as it was typed: <see cref="UserRules"/> say whether it can be.</summary>
public sealed record UserDraft
{
    /// <summary>Full name, 1 to 255 characters.</summary>
    [Required, MaxLength(Names.MaxLength)]
    public string? Name { get; init; }

    /// <summary>An e-mail address, at most 254 characters, that no other user of the institution has.</summary>
    [Required]
    public string? Email { get; init; }

    /// <summary>Eleven digits, bare or written 000.000.000-00, with the right check digits.</summary>
    [Required]
    public string? Cpf { get; init; }

    /// <summary>What the person wants to be called, at most 255 characters.</summary>
    public string? Nickname { get; init; }

    /// <summary>The person's identifier in other systems; one is made where none is given.</summary>
    public string? Uuid { get; init; }

    /// <summary>learner, integrator or manager.</summary>
    public string Role { get; init; } = "learner";

    /// <summary>What is set now.</summary>
    public static UserDraft Of(User user) => new()
    {
        Name = user.Name,
        Email = user.Email,
        Cpf = user.Cpf,
        Nickname = user.Nickname,
        Uuid = user.Uuid.ToString(),
        Role = Words.Of(user.Role),
    };
}
