"""Every control of the page has a test: here stands which."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest

from pages import PANELS, agreed, ask, open_tab, settled, visiting

pytestmark = pytest.mark.slow

COVERED = {
    # The bar at the top
    "skip": "test_page_keyboard.py::test_a_journey_by_keyboard_alone",
    "reset": "test_page_training.py::test_run_pause_step_and_reset",
    "run": "test_page_training.py::test_run_pause_step_and_reset",
    "step": "test_page_training.py::test_run_pause_step_and_reset",
    "view-theme": "test_page_controls.py::test_the_theme_changes_page_and_map",
    "summary of teacher-menu": "test_page_controls.py::test_each_box_of_the_menu_hides_its_controls",
    "hide-*": "test_page_controls.py::test_each_box_of_the_menu_hides_its_controls",
    "connect": "test_page_sessions.py::test_the_server_goes_and_comes_back",
    "rewind-good": "test_page_training.py::test_divergence_names_epoch_and_layer_and_leads_back",
    "refused-close": "test_page_controls.py::test_each_feature_is_switched_on_and_off",
    # Training
    "set-learning_rate": "test_page_controls.py::test_a_number_is_typed_or_stepped",
    "set-penalty_rate": "test_page_controls.py::test_a_number_is_typed_or_stepped",
    "set-batch": "test_page_controls.py::test_a_number_is_typed_or_stepped",
    "set-restarts": "test_page_controls.py::test_a_number_is_typed_or_stepped",
    "set-seed": "test_page_controls.py::test_a_number_is_typed_or_stepped",
    "*: less": "test_page_controls.py::test_a_number_is_typed_or_stepped",
    "*: more": "test_page_controls.py::test_a_number_is_typed_or_stepped",
    "set-activation": "test_page_controls.py::test_each_option_of_a_list_is_what_the_server_takes",
    "set-kernel_initializer": "test_page_controls.py::test_each_option_of_a_list_is_what_the_server_takes",
    "set-loss": "test_page_controls.py::test_each_option_of_a_list_is_what_the_server_takes",
    "set-optimizer": "test_page_controls.py::test_each_option_of_a_list_is_what_the_server_takes",
    "set-penalty": "test_page_controls.py::test_each_option_of_a_list_is_what_the_server_takes",
    "set-speed": "test_page_controls.py::test_each_option_of_a_list_is_what_the_server_takes",
    # Data
    "set-problem": "test_page_controls.py::test_each_option_of_a_list_is_what_the_server_takes",
    "set-inputs": "test_page_controls.py::test_each_option_of_a_list_is_what_the_server_takes",
    "set-categories": "test_page_tables.py::test_target_plane_row_and_categories_are_chosen",
    "dataset-*": "test_page_controls.py::test_each_dataset_is_a_button",
    "set-noise": "test_page_controls.py::test_a_slider_sets_its_percent",
    "set-share": "test_page_controls.py::test_a_slider_sets_its_percent",
    "set-points": "test_page_controls.py::test_a_number_is_typed_or_stepped",
    "set-data_seed": "test_page_controls.py::test_a_number_is_typed_or_stepped",
    "regenerate": "test_page_controls.py::test_regenerate_draws_other_points",
    "draw-own": "test_page_drawing.py::test_the_points_of_a_problem_are_taken_over",
    "paint-add": "test_page_drawing.py::test_points_are_painted_erased_and_learned",
    "paint-erase": "test_page_drawing.py::test_points_are_painted_erased_and_learned",
    "paint-look": "test_page_drawing.py::test_points_are_painted_erased_and_learned",
    "paint-class": "test_page_drawing.py::test_points_are_painted_erased_and_learned",
    "paint-[xy]": "test_page_drawing.py::test_points_are_typed",
    "paint-value": "test_page_drawing.py::test_points_are_typed",
    "paint-point": "test_page_drawing.py::test_points_are_typed",
    "paint-undo": "test_page_drawing.py::test_points_are_typed",
    "paint-clear": "test_page_drawing.py::test_points_are_typed",
    # Network
    "add-layer": "test_page_controls.py::test_layers_and_neurons_are_added_and_removed",
    "remove-layer": "test_page_controls.py::test_layers_and_neurons_are_added_and_removed",
    "add-neuron-[0-9]": "test_page_controls.py::test_layers_and_neurons_are_added_and_removed",
    "remove-neuron-[0-9]": "test_page_controls.py::test_layers_and_neurons_are_added_and_removed",
    "feature-*": "test_page_controls.py::test_each_feature_is_switched_on_and_off",
    "neuron-*": "test_page_controls.py::test_a_weight_and_a_bias_are_edited_on_the_card",
    "card-*": "test_page_controls.py::test_a_weight_and_a_bias_are_edited_on_the_card",
    "Close": "test_page_controls.py::test_a_link_is_edited_where_it_is_drawn",
    # Output
    "view-show_test": "test_page_controls.py::test_the_view_changes_what_is_drawn",
    "view-discretize": "test_page_controls.py::test_the_view_changes_what_is_drawn",
    "view-log": "test_page_controls.py::test_the_view_changes_what_is_drawn",
    "Map of the output *": "test_page_inside.py::test_a_place_without_a_point_is_looked_at_too",
    "choose-restart": "test_page_training.py::test_of_sixteen_starts_each_can_be_seen",
    "timeline": "test_page_training.py::test_the_timeline_leads_back_and_training_goes_on_from_there",
    # Panels
    "tab-*": "test_page_keyboard.py::test_axe_finds_nothing_serious_on_the_page_nor_in_a_tab",
    "lesson-xor": "test_page_inside.py::test_lesson_xor_needs_a_hidden_layer",
    "lesson-zeros": "test_page_inside.py::test_lesson_zeros_never_break_symmetry",
    "lesson-raw": "test_page_inside.py::test_lesson_raw_inputs_stall",
    "lesson-vanishing": "test_page_inside.py::test_lesson_deep_sigmoids_vanish",
    "lesson-luck": "test_page_inside.py::test_lesson_luck_differs",
    "lesson-explode": "test_page_inside.py::test_lesson_a_large_rate_explodes_and_back_brings_back",
    "lesson-overfitting": "test_page_inside.py::test_lesson_overfitting",
    "lesson-softmax": "test_page_inside.py::test_lesson_softmax",
    "lesson-shapes": "test_page_inside.py::test_lesson_of_the_shape_trap",
    "lesson-scene-*": "test_page_inside.py::test_lesson_xor_needs_a_hidden_layer",
    "lesson-run": "test_page_inside.py::test_lesson_xor_needs_a_hidden_layer",
    "lesson-back": "test_page_inside.py::test_lesson_a_large_rate_explodes_and_back_brings_back",
    "shape-*": "test_page_inside.py::test_lesson_of_the_shape_trap",
    "trick-categories-*": "test_page_tables.py::test_target_plane_row_and_categories_are_chosen",
    "trick-*": "test_page_inside.py::test_each_trick_is_a_switch_that_the_server_takes",
    "inside-row": "test_page_inside.py::test_the_sums_of_a_point_are_those_of_its_network",
    "inside-look": "test_page_inside.py::test_the_sums_of_a_point_are_those_of_its_network",
    "inside-forward": "test_page_inside.py::test_the_sums_of_a_point_are_those_of_its_network",
    "inside-backward": "test_page_inside.py::test_the_sums_of_a_point_are_those_of_its_network",
    "inside-across": "test_page_inside.py::test_a_place_without_a_point_is_looked_at_too",
    "inside-up": "test_page_inside.py::test_a_place_without_a_point_is_looked_at_too",
    "inside-place": "test_page_inside.py::test_a_place_without_a_point_is_looked_at_too",
    "inside-none": "test_page_inside.py::test_a_place_without_a_point_is_looked_at_too",
    "panel-more": "test_page_inside.py::test_long_sums_and_layers_unfold",
    "summary of *": "test_page_inside.py::test_long_sums_and_layers_unfold",
    "weight-*": "test_page_controls.py::test_the_table_of_weights_edits_them_too",
    "weights-*": "test_page_controls.py::test_the_table_of_weights_edits_them_too",
    "Weights of the layer": "test_page_controls.py::test_the_table_of_weights_edits_them_too",
    "Differences": "test_page_inside.py::test_lesson_of_the_shape_trap",
    "table-file": "test_page_tables.py::test_a_table_of_fifty_thousand_rows_is_opened_and_learned",
    "table-stop": "test_page_tables.py::test_what_is_being_sent_can_be_stopped",
    "table-again": "test_page_tables.py::test_target_plane_row_and_categories_are_chosen",
    "set-target": "test_page_tables.py::test_target_plane_row_and_categories_are_chosen",
    "set-across": "test_page_tables.py::test_target_plane_row_and_categories_are_chosen",
    "set-up": "test_page_tables.py::test_target_plane_row_and_categories_are_chosen",
    "set-view": "test_page_tables.py::test_target_plane_row_and_categories_are_chosen",
    "set-row": "test_page_tables.py::test_target_plane_row_and_categories_are_chosen",
    "confusion-*": "test_page_tables.py::test_three_classes_and_names_with_markup",
    "Confusion matrix": "test_page_tables.py::test_three_classes_and_names_with_markup",
    "worst-*": "test_page_tables.py::test_numbers_are_seen_as_predicted_against_true",
    "export-model": "test_page_tables.py::test_everything_can_be_taken_away",
    "export-tf": "test_page_tables.py::test_everything_can_be_taken_away",
    "export-ff": "test_page_tables.py::test_everything_can_be_taken_away",
    "export-points": "test_page_tables.py::test_everything_can_be_taken_away",
    "export-svg": "test_page_tables.py::test_everything_can_be_taken_away",
    "export-png": "test_page_tables.py::test_everything_can_be_taken_away",
    "export-link": "test_page_tables.py::test_link_and_weights_are_copied",
    "export-weights": "test_page_tables.py::test_link_and_weights_are_copied",
}
"""Names of controls, as `GATHERED` finds them, or patterns of such."""

GATHERED = """() => {
    const all = "button, input, select, textarea, summary, a[href], [tabindex='0'], canvas.points";
    const name = (one) => {
        if (one.id) return one.id;
        if (one.matches("summary")) return `summary of ${one.parentElement.id || one.parentElement.className}`;
        return one.getAttribute("aria-label") || one.className || `? ${one.outerHTML}`;
    };
    return [...new Set(Array.from(document.querySelectorAll(all), name))];
}"""
"""Names of all controls that the page has now, whether they are seen or not."""


def test_a_control_that_no_test_covers_is_noticed(browser, playground):
    """Whoever adds a control adds a test, and says above which."""
    with visiting(browser, playground) as page:
        there = everything(page)
    assert not [name for name in there if not any(fnmatch(name, pattern) for pattern in COVERED)]
    assert not [pattern for pattern in COVERED if not any(fnmatch(name, pattern) for name in there)]
    for where in COVERED.values():
        file, test = where.split("::")
        assert f"def {test}(" in (Path(__file__).parent / file).read_text(), where


def everything(page):
    """The names of all controls, of those too that come only with a point, a lesson or other settings."""
    ask(page, "store.set({ hidden: [9], restarts: 2 })")
    agreed(page)
    ask(page, "store.send({ do: 'look', row: 2 })")
    page.click("#neuron-0-0")
    names = {*page.evaluate(GATHERED)}
    page.keyboard.press("Escape")
    for name in PANELS:
        open_tab(page, name)
        settled(page)
        names |= {*page.evaluate(GATHERED)}
    open_tab(page, "lessons")
    for lesson in ("xor", "shapes"):
        page.click(f"#lesson-{lesson}")
        names |= {*page.evaluate(GATHERED)}
    return sorted(names)
