using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sineta.Events;

namespace Sineta.Receiver.Tests;

public sealed class DispatchTests
{
    [Fact]
    public async Task Each_event_reaches_the_handler_of_its_type()
    {
        var received = new List<object>();
        await using var app = await ReceiverApp.StartAsync(hooks => hooks
            .OnContentCompleted((content, _, _) => Add(content))
            .OnCourseCompleted((course, _, _) => Add(course))
            .OnTrailCompleted((trail, _, _) => Add(trail))
            .OnCertificateIssued((certificate, _, _) => Add(certificate))
            .OnCourseEnrollment((enrollment, _, _) => Add(enrollment)));

        foreach (var type in EventTypes.All)
            Assert.Equal(HttpStatusCode.OK, (await app.DeliverAsync(type.Sample, $"evt_{type.Slug}")).StatusCode);

        Assert.Equal(EventTypes.All, received.Cast<ActivityEvent>().Select(activity => activity.Type));
        Assert.Equal("Course Name", Assert.IsType<CourseCompleted>(received[1]).Course.Name);

        Task Add(object content)
        {
            received.Add(content);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task An_activity_without_a_handler_goes_to_the_one_for_any_else_it_is_acknowledged()
    {
        var any = new List<string>();
        await using var app = await ReceiverApp.StartAsync(hooks => hooks
            .OnAnyActivity(async (activity, _, _) => any.Add(activity.Type.Slug))
            .OnCourseCompleted((_, _, _) => Task.CompletedTask));
        await using var indifferent = await ReceiverApp.StartAsync(_ => { });

        foreach (var type in EventTypes.All)
        {
            Assert.Equal(HttpStatusCode.OK, (await app.DeliverAsync(type.Sample, $"evt_{type.Slug}")).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await indifferent.DeliverAsync(type.Sample)).StatusCode);
        }

        Assert.Equal(EventTypes.All.Select(type => type.Slug).Where(slug => slug != "activities.course.completed"), any);
    }

    [Fact]
    public async Task What_came_with_an_event_is_told()
    {
        ReceivedDelivery? received = null;
        await using var app = await ReceiverApp.StartAsync(hooks => hooks
            .OnCourseEnrollment(async (_, delivery, _) => received = delivery));

        await app.DeliverAsync(EventTypes.CourseEnrollment.Sample, "evt_7", change: request =>
        {
            request.Headers.Add("sineta-delivery", "dlv_8");
            request.Headers.Add("sineta-attempt", "3");
            request.Headers.Add("ce-time", "2023-07-03T12:53:41-03:00");
            request.Headers.Add("sineta-correlation", "cor_9");
            request.Headers.Add("sineta-source", "class_invite");
            request.Headers.Add("sineta-dedupe-key", "enrollment:11");
            request.Headers.Add("sineta-test", "true");
        });

        Assert.Equal(EventTypes.CourseEnrollment.Sample.ToArray(), received!.Body.ToArray());
        Assert.Equal(
            new ReceivedDelivery
            {
                EventId = "evt_7",
                Body = received.Body,
                Services = received.Services,
                DeliveryId = "dlv_8",
                Attempt = 3,
                OccurredAt = new DateTimeOffset(2023, 7, 3, 12, 53, 41, TimeSpan.FromHours(-3)),
                Correlation = "cor_9",
                Source = "class_invite",
                DedupeKey = "enrollment:11",
                IsTest = true,
            },
            received);
    }

    [Fact]
    public async Task A_handler_finds_the_applications_services_in_the_scope_of_its_delivery()
    {
        List<Crm> found = [];
        await using var app = await ReceiverApp.StartAsync(
            hooks => hooks.OnAnyActivity(async (_, delivery, _) => found.Add(delivery.Services.GetRequiredService<Crm>())),
            services => services.AddScoped<Crm>());

        await app.DeliverAsync(EventTypes.TrailCompleted.Sample, "evt_1");
        await app.DeliverAsync(EventTypes.TrailCompleted.Sample, "evt_2");

        Assert.Equal(2, found.Distinct().Count());
    }

    [Fact]
    public async Task A_delivery_by_the_standard_headers_alone_is_enough()
    {
        ReceivedDelivery? received = null;
        await using var app = await ReceiverApp.StartAsync(hooks => hooks.OnTrailCompleted(async (_, delivery, _) => received = delivery));

        await app.DeliverAsync(EventTypes.TrailCompleted.Sample, "evt_7");

        Assert.Equal(new ReceivedDelivery { EventId = "evt_7", Body = received!.Body, Services = received.Services }, received);
    }

    [Fact]
    public async Task The_signed_body_says_which_event_it_is_not_the_headers()
    {
        var received = new List<string>();
        await using var app = await ReceiverApp.StartAsync(hooks => hooks
            .OnAnyActivity(async (activity, _, _) => received.Add(activity.Type.Slug)));

        await app.DeliverAsync(EventTypes.TrailCompleted.Sample, change: request =>
        {
            request.Headers.Add("sineta-event", "activities.certificate.issued");
            request.Headers.Add("ce-type", "activities.certificate.issued");
        });

        Assert.Equal(["activities.trail.completed"], received);
    }

    [Fact]
    public async Task A_disabled_endpoint_is_told_of()
    {
        EndpointDisabled? told = null;
        await using var app = await ReceiverApp.StartAsync(hooks => hooks.OnEndpointDisabled(async (disabled, _, _) => told = disabled));
        var disabled = new EndpointDisabled("ep_2", "https://crm.example/hooks", "answered 410 Gone");

        using var response = await app.DeliverAsync(disabled.ToBody(new DateTime(2024, 5, 6, 4, 8, 9)));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(disabled, told);
    }

    [Fact]
    public async Task An_event_unknown_here_is_acknowledged_and_told_by_its_slug()
    {
        var body = "{\"event\":{\"slug\":\"activities.exam.graded\"},\"data\":{}}"u8.ToArray();
        (string Slug, string Body)? told = null;
        await using var app = await ReceiverApp.StartAsync(hooks =>
            hooks.OnOther(async (slug, delivery, _) => told = (slug, Encoding.UTF8.GetString(delivery.Body.Span))));
        await using var indifferent = await ReceiverApp.StartAsync(_ => { });

        Assert.Equal(HttpStatusCode.OK, (await app.DeliverAsync(body)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await indifferent.DeliverAsync(body)).StatusCode);

        Assert.Equal(("activities.exam.graded", Encoding.UTF8.GetString(body)), told);
    }

    /// <summary>What an application registers for each of its requests.</summary>
    private sealed class Crm;
}
