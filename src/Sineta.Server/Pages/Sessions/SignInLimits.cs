using System.Net;
using System.Net.Sockets;

namespace Sineta.Server.Pages.Sessions;

/// <summary>
/// How often one may fail to sign in within a minute. Who knows their password is not counted, and nobody is kept from their account by
/// what one network does to it.
/// </summary>
public sealed class SignInLimits(TimeProvider time)
{
    /// <summary>From one network, whoever it tries to be.</summary>
    public const int FromNetwork = 30;

    /// <summary>From one network, as one user.</summary>
    public const int AsUserFromNetwork = 5;

    /// <summary>As one user, from all networks.</summary>
    public const int AsUser = 50;

    /// <summary>From one network, as the operator.</summary>
    public const int AsOperatorFromNetwork = 5;

    private readonly FailureCount _networks = new(FromNetwork, time);
    private readonly FailureCount _usersFromNetworks = new(AsUserFromNetwork, time);
    private readonly FailureCount _users = new(AsUser, time);
    private readonly FailureCount _operators = new(AsOperatorFromNetwork, time);

    /// <summary>Begins a try to sign in as a user.</summary>
    public SignInTry Begin(IPAddress? address) => Begin(_networks, address);

    /// <summary>Goes on with a try once it is known whom it is for; where the network must wait, it takes nothing from them.</summary>
    /// <param name="user">As the database names the user, however that was typed.</param>
    public void GoOn(SignInTry begun, string user) =>
        _ = begun.Pause is null && begun.Take(_usersFromNetworks, $"{begun.Network} {user}") && begun.Take(_users, user);

    /// <summary>Begins a try to sign in as the operator.</summary>
    public SignInTry BeginAsOperator(IPAddress? address) => Begin(_operators, address);

    private static SignInTry Begin(FailureCount count, IPAddress? address)
    {
        var begun = new SignInTry(NetworkOf(address));
        begun.Take(count, begun.Network);
        return begun;
    }

    // Whoever has one IPv6 address has all of its /64.
    private static string NetworkOf(IPAddress? address)
    {
        if (address is not { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false })
            return address?.MapToIPv4().ToString() ?? "";
        return Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8));
    }
}
