from django.urls import path

from takatuf.desk.plans import improving, views

PLANS = "<slug:city>/plans/"
PLAN = f"{PLANS}<slug:plan>/"
STEP = f"{PLAN}steps/<uuid:step>/"

urlpatterns = [
    path(PLANS, views.plans, name="plans"),
    path(f"{PLANS}start/", views.start, name="start-plan"),
    path(PLAN, views.plan, name="plan"),
    path(f"{PLAN}history/", views.history, name="plan-history"),
    path(f"{PLAN}calls/", views.calls, name="plan-calls"),
    path(f"{PLAN}phone-tree/", views.phone_tree, name="plan-phone-tree"),
    path(f"{PLAN}retire/", views.retire, name="retire-plan"),
    path(f"{PLAN}improvements/", improving.improvements, name="improvements"),
    path(f"{PLAN}improvements/take-all/", improving.take_all, name="take-improvements"),
    path(f"{PLAN}improvements/<str:code>/take/", improving.take, name="take-improvement"),
    path(f"{PLAN}improvements/<str:code>/decline/", improving.decline, name="decline-improvement"),
    path(f"{PLAN}actions/", views.add_action, name="add-to-plan"),
    path(f"{PLAN}steps/add/", views.add, name="add-step"),
    path(STEP, views.step, name="step"),
    path(f"{STEP}history/", views.step_history, name="step-history"),
    path(f"{STEP}retire/", views.retire_step, name="retire-step"),
    path(f"{STEP}restore/", views.restore_step, name="restore-step"),
]
