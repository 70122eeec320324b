from django.urls import path

from takatuf.desk.incidents import ahead, closing, holding, methane, more, views

urlpatterns = [
    path("incidents/", views.incidents, name="incidents"),
    path("incidents/declare/", views.declare, name="declare"),
    path("methane/", methane.methanes, name="methanes"),
    path("methane/new/", methane.send, name="methane-new"),
    path("methane/<int:message>/", methane.methane, name="methane"),
    path("methane/<int:message>/add/", methane.add, name="methane-add"),
    path("methane/<int:message>/close/", methane.close, name="methane-close"),
    path("incidents/<int:number>/", views.the_picture, name="picture"),
    path("incidents/<int:number>/roll-call/", views.who_answered, name="roll-call"),
    path("incidents/<int:number>/roll-call/call/", views.call_another, name="call-another"),
    path("incidents/<int:number>/roll-call/<uuid:call>/", views.tick, name="tick"),
    path(
        "incidents/<int:number>/roll-call/ticks/<uuid:answer>/take-back/",
        views.take_back,
        name="take-back",
    ),
    path("incidents/<int:number>/roll-call/<uuid:call>/know/", views.know, name="know"),
    path("incidents/<int:number>/roll-call/<uuid:call>/again/", views.again, name="call-again"),
    path("incidents/<int:number>/roll-call/messages/<uuid:delivery>/", views.retry, name="retry"),
    path("incidents/<int:number>/phone-tree/", views.printed_phone_tree, name="phone-tree"),
    path("incidents/<int:number>/phase/", views.phase, name="phase"),
    path("incidents/<int:number>/facts/", views.facts, name="facts"),
    path("incidents/<int:number>/meeting/", views.meeting, name="meeting"),
    path("incidents/<int:number>/stand-down/", closing.stand_down, name="stand-down"),
    path("incidents/<int:number>/reopen/", closing.reopen, name="reopen"),
    path("incidents/<int:number>/ahead/", ahead.ahead, name="ahead"),
    path("incidents/<int:number>/ahead/<uuid:key_date>/", ahead.key_date, name="key-date"),
    path("incidents/<int:number>/ahead/<uuid:key_date>/remove/", ahead.remove, name="drop-date"),
    path("incidents/<int:number>/more/", more.more, name="more"),
    path("incidents/<int:number>/hold/", holding.hold, name="hold"),
    path("ahead/", ahead.years, name="years-ahead"),
    path("incidents/<int:number>/join/", views.join, name="join"),
    path("incidents/<int:number>/part/", views.part, name="part"),
]
